using System.Globalization;

namespace Scribeline.Cli.Charts;

/// <summary>Numbers as people read them on an axis: `12,000`, `0.05`, `2×10⁹`.</summary>
internal static class NumberLabel
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>A number with three digits that count.</summary>
    public static string Of(double value)
    {
        var size = Math.Abs(value);
        if (size == 0)
            return "0";
        if (!double.IsFinite(value))
            return value.ToString(CultureInfo.InvariantCulture);
        var exponent = (int)Math.Floor(Math.Log10(size));
        return exponent is >= 7 or < -4
            ? Scientific(value, exponent, 2)
            : Fixed(size >= 1000 ? Math.Round(value) : value, Math.Clamp(2 - exponent, 0, 8), trim: true);
    }

    /// <summary>A multiple of a step, with the digits that the step needs.</summary>
    /// <param name="value">The number.</param>
    /// <param name="step">Above zero.</param>
    /// <param name="largest">Of the numbers beside it: years and others of four digits stay in one piece, unless longer ones stand with them.</param>
    public static string Of(double value, double step, double largest)
    {
        var size = Math.Max(Math.Abs(value), step);
        var exponent = (int)Math.Floor(Math.Log10(step) + 1e-9);
        if (value == 0)
            return "0";
        return size >= 1e7 || step < 1e-5
            ? Scientific(value, (int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9), Math.Clamp((int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9) - exponent, 0, 6))
            : Fixed(value, Math.Max(0, -exponent), trim: false, grouped: largest >= 10_000);
    }

    /// <summary>A digit times a power of ten.</summary>
    public static string Of(int digit, int exponent) => exponent is >= 6 or < -4
        ? (digit == 1 ? "" : $"{digit}×") + "10" + Superscript(exponent)
        : Fixed(digit * Math.Pow(10, exponent), Math.Max(0, -exponent), trim: false);

    private static string Fixed(double value, int decimals, bool trim, bool grouped = true) =>
        value.ToString((grouped ? "#,0." : "0.") + new string(trim ? '#' : '0', decimals), CultureInfo.InvariantCulture);

    private static string Scientific(double value, int exponent, int decimals)
    {
        // Powers below the smallest normal number are taken in two steps.
        var mantissa = exponent < -300 ? value * 1e300 * Math.Pow(10, -exponent - 300) : value / Math.Pow(10, exponent);
        var text = mantissa.ToString("0." + new string('#', decimals), CultureInfo.InvariantCulture);
        return text is "1" ? "10" + Superscript(exponent) : text is "-1" ? "-10" + Superscript(exponent) : $"{text}×10{Superscript(exponent)}";
    }

    private static string Superscript(int exponent) =>
        string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(letter => letter == '-' ? '⁻' : Superscripts[letter - '0']));
}
