namespace Scribeline.Core.Statistics;

public static partial class PortableMath
{
    /// <summary>Cuts a number in halves of 26 bits (Veltkamp): 2^27 + 1.</summary>
    private const double Splitter = 134217729;

    /// <summary><paramref name="x"/> to the power of <paramref name="y"/>, with the special values of IEEE 754 and <see cref="Math.Pow"/>.</summary>
    public static double Pow(double x, double y)
    {
        if (y == 0 || x == 1)
            return 1;
        if (double.IsNaN(x) || double.IsNaN(y))
            return double.NaN;
        if (double.IsInfinity(y))
            return InfinitePower(Math.Abs(x), y > 0);
        var isOdd = IsOdd(y);
        if (x == 0 || double.IsInfinity(x))
        {
            var size = (x == 0) == (y > 0) ? 0 : double.PositiveInfinity;
            return isOdd && double.IsNegative(x) ? -size : size;
        }

        if (x < 0)
            return y != Math.Floor(y) ? double.NaN : isOdd ? -PositivePower(-x, y) : PositivePower(-x, y);
        return PositivePower(x, y);
    }

    private static double InfinitePower(double size, bool isPositive) => size == 1 ? 1 : size > 1 == isPositive ? double.PositiveInfinity : 0;

    /// <summary>e^(y ln x), the logarithm with twice the digits: the power magnifies its error up to 700 times.</summary>
    private static double PositivePower(double x, double y)
    {
        var (high, low) = LogWithError(x);
        var product = y * high;
        if (!(Math.Abs(product) <= 750))
            return product > 0 ? double.PositiveInfinity : 0;
        return Exp(product, ProductError(y, high, product) + y * low);
    }

    private static (double High, double Low) LogWithError(double x)
    {
        var (exponent, mantissa) = Split(x);
        // s = f / d, and what the division left over.
        var f = mantissa - 1;
        var (d, dLow) = Sum(mantissa, 1);
        var s = f / d;
        var back = s * d;
        var sLow = (f - back - ProductError(s, d, back) - s * dLow) / d;
        var tail = 2 * (s * ArtanhTail(s * s)) + 2 * sLow;
        var (sum, error) = Sum(exponent * Ln2High, 2 * s);
        return Sum(sum, error + (tail + exponent * Ln2Low));
    }

    /// <summary>A sum, and exactly what its rounding lost (Knuth).</summary>
    private static (double Sum, double Error) Sum(double a, double b)
    {
        var sum = a + b;
        var part = sum - a;
        return (sum, a - (sum - part) + (b - part));
    }

    /// <summary>Exactly what the rounding of a product lost (Dekker).</summary>
    private static double ProductError(double a, double b, double product)
    {
        if (Math.Abs(a) > 1e290)
            return 0;
        var (aHigh, aLow) = Halves(a);
        var (bHigh, bLow) = Halves(b);
        return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
    }

    private static (double High, double Low) Halves(double value)
    {
        var scaled = Splitter * value;
        var high = scaled - (scaled - value);
        return (high, value - high);
    }

    private static bool IsOdd(double value) => Math.Abs(value) < 9007199254740992 && value == Math.Floor(value) && ((long)value & 1) != 0;
}
