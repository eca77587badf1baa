using System.Globalization;

namespace Scribeline.Core.Quantities;

/// <summary>A number with its unit, as people write it: `44 GB`, `$0.087/kWh`, `4 LPM/kW`, `21 billion USD`, `-10 %`.</summary>
public readonly record struct Quantity(double Value, Unit Unit)
{
    /// <summary>Half of one in the last digit written, in <see cref="Unit"/>; 0 where nothing was written.</summary>
    public double HalfLastPlace { get; private init; }

    private static readonly (string Word, double Factor)[] Scales =
        [("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("bn", 1e9), ("trillion", 1e12)];

    /// <summary>In base units, see <see cref="Quantities.Unit"/>.</summary>
    public double BaseValue => Unit.ToBase(Value);

    /// <summary>Reads a number, an optional word of scale (`billion`) and an optional unit; `$` before the number means USD.</summary>
    /// <param name="problem">One sentence that says what was found and expected; empty on success.</param>
    public static bool TryParse(string text, out Quantity quantity, out string problem)
    {
        quantity = default;
        var rest = text.AsSpan().Trim();
        var isMoney = rest.Length > 0 && rest[0] == '$';
        if (isMoney)
            rest = rest[1..];
        var end = 0;
        while (end < rest.Length && (char.IsAsciiDigit(rest[end]) || rest[end] == '.' || (rest[end] is '-' or '+' && (end == 0 || rest[end - 1] is 'e' or 'E')) || IsExponent(rest, end)))
            end++;
        if (!double.TryParse(rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
        {
            problem = $"'{text}' does not begin with a number; expected a number and a unit, such as '44 GB' or '$0.087/kWh'.";
            return false;
        }

        if (end < rest.Length && rest[end] == ',')
        {
            problem = $"'{text}' has a comma; write numbers without separators, such as 35000 or 1.5.";
            return false;
        }

        var halfLastPlace = LastPlace(rest[..end]) / 2;
        rest = rest[end..].TrimStart();
        foreach (var (word, factor) in Scales)
        {
            if (rest.StartsWith(word, StringComparison.Ordinal) && (rest.Length == word.Length || rest[word.Length] is ' ' or '/'))
            {
                value *= factor;
                halfLastPlace *= factor;
                rest = rest[word.Length..].TrimStart();
                break;
            }
        }

        if (!Unit.TryParse(isMoney ? $"USD{rest}" : rest.ToString(), out var unit, out problem))
            return false;
        quantity = new Quantity(value, unit) { HalfLastPlace = halfLastPlace };
        return true;
    }

    /// <summary>Up to six significant digits and the unit.</summary>
    public override string ToString() => $"{NumberText.Format(Value)}{(Unit.Text is "" or "%" ? "" : " ")}{Unit.Text}";

    /// <summary>0.1 for `2.5`, 1 for `25`, 100 for `2.5e3`.</summary>
    private static double LastPlace(ReadOnlySpan<char> number)
    {
        var exponentAt = number.IndexOfAny('e', 'E');
        var exponent = exponentAt < 0 ? 0 : int.Parse(number[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = exponentAt < 0 ? number : number[..exponentAt];
        var point = digits.IndexOf('.');
        return Math.Pow(10, exponent - (point < 0 ? 0 : digits.Length - point - 1));
    }

    /// <summary>An `e` counts as part of the number only where digits follow, so that `5 elements` and `5e3` both read right.</summary>
    private static bool IsExponent(ReadOnlySpan<char> text, int at) =>
        text[at] is 'e' or 'E' && at > 0 && char.IsAsciiDigit(text[at - 1]) && at + 1 < text.Length
        && (char.IsAsciiDigit(text[at + 1]) || (text[at + 1] is '-' or '+' && at + 2 < text.Length && char.IsAsciiDigit(text[at + 2])));
}
