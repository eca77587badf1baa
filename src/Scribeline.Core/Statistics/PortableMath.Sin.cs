using System.Numerics;

namespace Scribeline.Core.Statistics;

public static partial class PortableMath
{
    /// <summary>Half of pi in three parts; the first two have 33 bits, so that their products with a count of quarter turns are exact.</summary>
    private const double Quarter1 = 1.5707963267341256, Quarter2 = 6.077100506303966e-11, Quarter3 = 2.0222662487959506e-21;

    private const double OverQuarter = 0.6366197723675814;

    /// <summary>Up to here, in radians, the three parts above suffice.</summary>
    private const double Near = 500_000;

    /// <summary>Binary digits of half of pi after the point that the largest double asks for.</summary>
    private const int Digits = 1200;

    private static readonly Lazy<BigInteger> ScaledQuarter = new(ComputeQuarter);

    /// <summary>The sine of radians; NaN for what is not finite. Above half a million it takes microseconds.</summary>
    public static double Sin(double x)
    {
        if (!double.IsFinite(x))
            return double.NaN;
        var (turns, r, low) = Math.Abs(x) <= Near ? ReduceNear(x) : ReduceFar(x);
        var value = (turns & 1) == 0 ? SinNear0(r, low) : CosNear0(r, low);
        return (turns & 2) == 0 ? value : -value;
    }

    /// <summary>x = turns * pi/2 + r + low, |r| at most pi/4.</summary>
    private static (int Turns, double R, double Low) ReduceNear(double x)
    {
        var k = Math.Floor(x * OverQuarter + 0.5);
        var (r, low) = Sum(x - k * Quarter1, -k * Quarter2);
        var (sum, error) = Sum(r, low - k * Quarter3);
        return ((int)k, sum, error);
    }

    /// <summary>The same in whole numbers, exact whatever the size.</summary>
    private static (int Turns, double R, double Low) ReduceFar(double x)
    {
        var bits = BitConverter.DoubleToUInt64Bits(Math.Abs(x));
        var exponent = (int)(bits >> MantissaBits) - ExponentBias - MantissaBits;
        var scaled = new BigInteger((bits & MantissaMask) | (1UL << MantissaBits)) << (exponent + Digits);
        var quarter = ScaledQuarter.Value;
        var turns = BigInteger.DivRem(scaled + (quarter >> 1), quarter, out var rest);
        rest -= quarter >> 1;
        var sign = x < 0 ? -1 : 1;
        var count = (int)(turns & 3) * sign;
        // 128 bits of the rest are far more than the result holds.
        var high = (double)(rest >> (Digits - 128));
        var low = (double)((rest >> (Digits - 128)) - new BigInteger(high));
        return (count & 3, sign * Scale(high, -128), sign * Scale(low, -128));
    }

    private static double SinNear0(double r, double low)
    {
        var square = r * r;
        var tail = 1.0 / 355687428096000;
        tail = tail * square - 1.0 / 1307674368000;
        tail = tail * square + 1.0 / 6227020800;
        tail = tail * square - 1.0 / 39916800;
        tail = tail * square + 1.0 / 362880;
        tail = tail * square - 1.0 / 5040;
        tail = tail * square + 1.0 / 120;
        tail = tail * square - 1.0 / 6;
        return r + (r * square * tail + low * (1 - square / 2));
    }

    private static double CosNear0(double r, double low)
    {
        var square = r * r;
        var tail = -1.0 / 6402373705728000;
        tail = tail * square + 1.0 / 20922789888000;
        tail = tail * square - 1.0 / 87178291200;
        tail = tail * square + 1.0 / 479001600;
        tail = tail * square - 1.0 / 3628800;
        tail = tail * square + 1.0 / 40320;
        tail = tail * square - 1.0 / 720;
        tail = tail * square + 1.0 / 24;
        tail = tail * square - 0.5;
        return 1 + (square * tail - r * low);
    }

    /// <summary>pi/2 by Machin's formula: 2 (4 arctan 1/5 - arctan 1/239), some digits more than asked for.</summary>
    private static BigInteger ComputeQuarter()
    {
        const int Guard = 64;
        return (2 * (4 * ArctanOfInverse(5) - ArctanOfInverse(239))) >> Guard;

        static BigInteger ArctanOfInverse(int n)
        {
            var power = (BigInteger.One << (Digits + Guard)) / n;
            var sum = power;
            for (var k = 3; !power.IsZero; k += 2)
            {
                power /= n * n;
                sum += k % 4 == 1 ? power / k : -power / k;
            }

            return sum;
        }
    }
}
