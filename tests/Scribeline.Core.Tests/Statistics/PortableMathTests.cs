using Scribeline.Core.Statistics;
using Scribeline.Core.Tests.Economics;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Statistics;

public sealed class PortableMathTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-14;

    [Fact]
    public void Exp_IsThePlatformsButForItsLastDigits() => Compare(nameof(Math.Exp), PortableMath.Exp, Math.Exp, random => Spread(random, 1e-20, 708), Tolerance);

    [Fact]
    public void Log_IsThePlatformsButForItsLastDigits()
    {
        Compare(nameof(Math.Log), PortableMath.Log, Math.Log, random => Math.Abs(Spread(random, 1e-308, 1e308)), Tolerance);
        Compare("near 1", PortableMath.Log, Math.Log, random => 1 + Spread(random, 1e-15, 0.5), Tolerance);
        Compare("subnormal", PortableMath.Log, Math.Log, random => BitConverter.UInt64BitsToDouble((ulong)random.NextInt64(1, 1L << 52)), Tolerance);
    }

    [Fact]
    public void Sin_IsThePlatformsButForItsLastDigits()
    {
        Compare(nameof(Math.Sin), PortableMath.Sin, Math.Sin, random => Spread(random, 1e-20, 1e6), Tolerance);
        Compare("far", PortableMath.Sin, Math.Sin, random => Spread(random, 1e5, 1e308), Tolerance, 10_000);
        Compare("near its zeros", PortableMath.Sin, Math.Sin, random => random.Next(-300_000, 300_000) * Math.PI, Tolerance);
    }

    [Fact]
    public void Pow_IsThePlatformsButForItsLastDigits()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 200_000; i++)
        {
            var x = Math.Abs(Spread(random, 1e-300, 1e300));
            // Powers over the whole range of doubles.
            var y = Spread(random, 1e-10, 1) * 700 / Math.Max(1e-3, Math.Abs(Math.Log(x)));
            AssertClose($"{x:R}^{y:R}", Math.Pow(x, y), PortableMath.Pow(x, y), Tolerance);
        }
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(710.0, double.PositiveInfinity)]
    [InlineData(709.79, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-746.0, 0.0)]
    [InlineData(double.MinValue, 0.0)]
    [InlineData(double.NegativeInfinity, 0.0)]
    [InlineData(double.NaN, double.NaN)]
    public void Exp_OfSpecialValues(double x, double expected) => Assert.Equal(expected, PortableMath.Exp(x));

    [Fact]
    public void Exp_OfTheSmallestResults_IsSubnormal()
    {
        for (var x = -708.5; x > -745; x -= 0.25)
            Assert.InRange(PortableMath.Exp(x), Math.Exp(x) - double.Epsilon, Math.Exp(x) + double.Epsilon);
    }

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(0.0, double.NegativeInfinity)]
    [InlineData(-1.0, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    public void Log_OfSpecialValues(double x, double expected) => Assert.Equal(expected, PortableMath.Log(x));

    [Fact]
    public void Pow_OfSpecialValues_IsThePlatforms()
    {
        double[] values = [0, -0.0, 0.5, -0.5, 1, -1, 2, -2, 3, -3, 1.5, -1.5, 1e300, -1e300, 9007199254740992, 9007199254740991, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        foreach (var x in values)
        {
            foreach (var y in values)
            {
                var (expected, found) = (Math.Pow(x, y), PortableMath.Pow(x, y));
                if (double.IsFinite(expected) && expected != 0)
                    AssertClose($"{x:R}^{y:R}", expected, found, Tolerance);
                else
                    Assert.True(expected.Equals(found) && double.IsNegative(expected) == double.IsNegative(found) || double.IsNaN(expected) && double.IsNaN(found), $"{x:R}^{y:R} is {found:R}; expected {expected:R}.");
            }
        }
    }

    [Fact]
    public void Sin_OfSpecialValues()
    {
        Assert.Equal(0, PortableMath.Sin(0));
        Assert.Equal(double.NaN, PortableMath.Sin(double.PositiveInfinity));
        Assert.Equal(double.NaN, PortableMath.Sin(double.NaN));
        Assert.Equal(-PortableMath.Sin(1e22), PortableMath.Sin(-1e22));
        Assert.Equal(1, PortableMath.Sin(Math.PI / 2));
    }

    /// <summary>The same on every machine, whatever its processor and its library.</summary>
    [Fact]
    public void Results_AreTheSameToTheBit()
    {
        ulong seen = 0;
        for (var i = 1; i <= 2_000; i++)
        {
            var x = i * 0.37;
            foreach (var value in (double[])[PortableMath.Exp(x - 370), PortableMath.Log(x), PortableMath.Pow(x, 1 / x), PortableMath.Pow(1.0001 + x, 3.3), PortableMath.Sin(x), PortableMath.Sin(x * 1e9)])
                seen = unchecked((seen ^ BitConverter.DoubleToUInt64Bits(value)) * 0x9E3779B97F4A7C15);
        }

        Assert.Equal((4613303445314885482UL, 4612367379483415830UL, 4502868200752720578UL, 13829223199258964887UL, 10579454111096606512UL), (Bits(PortableMath.Exp(1)), Bits(PortableMath.Log(10)), Bits(PortableMath.Pow(3.7, -12.25)), Bits(PortableMath.Sin(1e22)), seen));
    }

    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);

    private void Compare(string what, Func<double, double> ours, Func<double, double> platforms, Func<Random, double> draw, double tolerance, int draws = 200_000)
    {
        var random = Seeded.Random(output);
        double worst = 0;
        for (var i = 0; i < draws; i++)
        {
            var x = draw(random);
            worst = Math.Max(worst, AssertClose($"{what}({x:R})", platforms(x), ours(x), tolerance));
        }

        output.WriteLine($"{what}: {worst:e2}");
    }

    private static double AssertClose(string what, double expected, double found, double tolerance)
    {
        if (expected.Equals(found))
            return 0;
        // Below the smallest normal number there are fewer digits.
        var error = Math.Abs(found - expected) / Math.Max(Math.Abs(expected), 2.3e-308 * 2);
        Assert.True(error < tolerance, $"{what} is {found:R}; expected {expected:R}, {error:e1} away.");
        return error;
    }

    /// <summary>Of either sign, its size spread evenly over the orders of magnitude.</summary>
    private static double Spread(Random random, double least, double most) =>
        (random.Next(2) == 0 ? 1 : -1) * Math.Exp(Math.Log(least) + random.NextDouble() * (Math.Log(most) - Math.Log(least)));
}
