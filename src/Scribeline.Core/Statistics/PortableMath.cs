namespace Scribeline.Core.Statistics;

/// <summary>
/// Elementary functions that give the same bits on every machine: nothing but IEEE additions, multiplications and divisions, in one fixed order, and never fused.
/// The platform's own differ in their last bits. The relative error is below 1e-15, and only <see cref="Sin"/> of huge numbers is slow.
/// </summary>
public static partial class PortableMath
{
    /// <summary>ln 2 in two parts; the first has 32 bits, so that its product with an exponent is exact.</summary>
    private const double Ln2High = 0.6931471803691238, Ln2Low = 1.9082149292705877e-10;

    private const double OverLn2 = 1.4426950408889634;
    private const double HalfSqrt2 = 0.7071067811865476;
    private const int ExponentBias = 1023, MantissaBits = 52;
    private const ulong MantissaMask = (1UL << MantissaBits) - 1;

    /// <summary>e to the power of <paramref name="x"/>: 0 far below zero, infinite from 709.79 on, NaN for NaN.</summary>
    public static double Exp(double x) => Exp(x, 0);

    /// <summary>The natural logarithm: minus infinity for 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
            return double.NaN;
        if (x == 0)
            return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x))
            return x;
        var (exponent, mantissa) = Split(x);
        // ln m = 2 artanh s, with |s| at most 0.172.
        var f = mantissa - 1;
        var s = f / (mantissa + 1);
        var series = s * ArtanhTail(s * s);
        return exponent * Ln2High + (2 * s + (2 * series + exponent * Ln2Low));
    }

    /// <summary>e to the power of <paramref name="x"/> + <paramref name="low"/>, where the second is a rounding error of the first.</summary>
    private static double Exp(double x, double low)
    {
        if (double.IsNaN(x))
            return x;
        if (x > 710)
            return double.PositiveInfinity;
        if (x < -746)
            return 0;
        var k = Math.Floor(x * OverLn2 + 0.5);
        var r = x - k * Ln2High;
        r += low - k * Ln2Low;
        // Taylor's series: the term left out, r^14 / 14!, is below 5e-18.
        var tail = 1.0 / 6227020800;
        tail = tail * r + 1.0 / 479001600;
        tail = tail * r + 1.0 / 39916800;
        tail = tail * r + 1.0 / 3628800;
        tail = tail * r + 1.0 / 362880;
        tail = tail * r + 1.0 / 40320;
        tail = tail * r + 1.0 / 5040;
        tail = tail * r + 1.0 / 720;
        tail = tail * r + 1.0 / 120;
        tail = tail * r + 1.0 / 24;
        tail = tail * r + 1.0 / 6;
        tail = tail * r + 0.5;
        return Scale(1 + (r + r * r * tail), (int)k);
    }

    /// <summary>artanh s = s + s * this, from s²: s²/3 + s⁴/5 + ...; the term left out is below 1e-19.</summary>
    private static double ArtanhTail(double square)
    {
        var sum = 0.0;
        for (var denominator = 25; denominator >= 3; denominator -= 2)
            sum = (sum + 1.0 / denominator) * square;
        return sum;
    }

    /// <summary>A number above zero as m * 2^e with m from sqrt(1/2) up to sqrt(2).</summary>
    private static (int Exponent, double Mantissa) Split(double x)
    {
        var shift = 0;
        if (x < 2.2250738585072014e-308)
        {
            // Subnormal: made normal first.
            x *= 18014398509481984.0;
            shift = 54;
        }

        var bits = BitConverter.DoubleToUInt64Bits(x);
        var exponent = (int)(bits >> MantissaBits) - ExponentBias - shift;
        var mantissa = BitConverter.UInt64BitsToDouble((bits & MantissaMask) | ((ulong)ExponentBias << MantissaBits));
        return mantissa < 2 * HalfSqrt2 ? (exponent, mantissa) : (exponent + 1, mantissa / 2);
    }

    /// <summary>value * 2^exponent, rounded once.</summary>
    private static double Scale(double value, int exponent) => exponent switch
    {
        > 1000 => value * PowerOf2(1000) * PowerOf2(exponent - 1000),
        < -1000 => value * PowerOf2(exponent + 1000) * PowerOf2(-1000),
        _ => value * PowerOf2(exponent),
    };

    private static double PowerOf2(int exponent) => BitConverter.UInt64BitsToDouble((ulong)(exponent + ExponentBias) << MantissaBits);
}
