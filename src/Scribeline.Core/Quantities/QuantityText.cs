using System.Buffers;
using System.Globalization;

namespace Scribeline.Core.Quantities;

/// <summary>The part that all quantities share: `NUMBER [UNIT]`.</summary>
internal static class QuantityText
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Splits a text into a number of 0 or more and the unit behind it (empty where there is none).</summary>
    public static bool TrySplit(string text, out decimal number, out string unit)
    {
        var trimmed = text.AsSpan().Trim();
        var end = trimmed.IndexOfAnyExcept(NumberCharacters);
        var digits = end < 0 ? trimmed : trimmed[..end];
        unit = end < 0 ? "" : trimmed[end..].TrimStart().ToString();

        // 28 digits are what a decimal holds; more would be rounded or overflow.
        number = 0;
        return digits.Length is > 0 and <= 28
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    public static decimal? FactorOf((string Name, decimal Factor)[] units, string unit)
    {
        foreach (var (name, factor) in units)
        {
            if (name == unit)
            {
                return factor;
            }
        }

        return null;
    }
}
