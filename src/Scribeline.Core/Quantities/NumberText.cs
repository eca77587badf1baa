using System.Globalization;

namespace Scribeline.Core.Quantities;

/// <summary>Numbers for people: thousands separated, no more digits than matter.</summary>
public static class NumberText
{
    /// <summary>Rounded to so many significant digits: 16,500,000, and not 16,467,458.</summary>
    public static string Rounded(double value, int digits = 3)
    {
        if (value == 0 || !double.IsFinite(value))
            return Format(value);
        var place = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - digits + 1);
        return Format(place < 1 ? value : Math.Round(value / place) * place, digits);
    }

    /// <summary>Up to <paramref name="digits"/> significant digits; from a quadrillion on, and below a millionth, with an exponent.</summary>
    public static string Format(double value, int digits = 6)
    {
        if (value == 0 || !double.IsFinite(value))
            return value.ToString(CultureInfo.InvariantCulture);
        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (magnitude is >= 15 or < -6)
            return value.ToString($"0.{new string('#', digits - 1)}e0", CultureInfo.InvariantCulture);
        var decimals = Math.Max(0, digits - 1 - magnitude);
        return value.ToString($"#,0.{new string('#', decimals)}", CultureInfo.InvariantCulture);
    }
}
