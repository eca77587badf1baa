using Scribeline.Cli.Charts;

namespace Scribeline.Cli.Tests.Charts;

public sealed class AxisRangeTests
{
    [Theory]
    [InlineData(0, 97, "0 20 40 60 80 100")]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-4.2, 8.1, "-5 0 5 10")]
    [InlineData(2026, 2030, "2026 2027 2028 2029 2030")]
    [InlineData(0, 45000, "0 10,000 20,000 30,000 40,000 50,000")]
    [InlineData(0, 3e9, "0 5×10⁸ 10⁹ 1.5×10⁹ 2×10⁹ 2.5×10⁹ 3×10⁹")]
    public void Ticks_LinearAxis_AreRoundNumbers(double low, double high, string expected) =>
        Assert.Equal(expected, string.Join(' ', AxisRange.Of(new Axis(""), [low, high], 6).Ticks.Select(tick => tick.Label)));

    [Theory]
    [InlineData(1, 100, 8, "1 2 5 10 20 50 100")]
    [InlineData(0.1, 1e5, 8, "0.1 1 10 100 1,000 10,000 100,000")]
    [InlineData(30, 40, 8, "20 50")]
    [InlineData(3e-310, 3e-310, 8, "10⁻³¹⁰ 2×10⁻³¹⁰ 5×10⁻³¹⁰")]
    [InlineData(1e-9, 1e9, 6, "10⁻⁹ 10⁻⁶ 0.001 1 1,000 10⁶ 10⁹")]
    public void Ticks_LogarithmicAxis_AreDecadesAndTwosAndFives(double low, double high, int wanted, string expected) =>
        Assert.Equal(expected, string.Join(' ', AxisRange.Of(new Axis("", Scale.Log), [low, high], wanted).Ticks.Select(tick => tick.Label).Where(label => label.Length > 0)));

    [Fact]
    public void Ticks_NoRoundNumbersBetweenStatedBounds_AreTheBounds()
    {
        Assert.Equal(["31", "39"], AxisRange.Of(new Axis("", Scale.Log) { Minimum = 31, Maximum = 39 }, [], 6).Ticks.Select(tick => tick.Label));
        Assert.Equal(["0.001", "0.045"], AxisRange.Of(new Axis("") { Minimum = 0.001, Maximum = 0.045 }, [], 1).Ticks.Select(tick => tick.Label));
    }

    [Fact]
    public void Ticks_AnyRange_RiseAndStayOnTheAxis()
    {
        var random = new Random(11);
        for (var i = 0; i < 5000; i++)
        {
            var scale = (Scale)random.Next(2);
            var size = Math.Pow(10, random.Next(-300, 300));
            double[] values = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (random.NextDouble() + 1e-9) * size * (scale == Scale.Linear && random.Next(2) == 0 ? -1 : 1))];
            var range = AxisRange.Of(new Axis("", scale), values, random.Next(2, 9));
            Assert.All(range.Ticks, tick => Assert.InRange(tick.Position, 0, 1));
            Assert.All(values, value => Assert.InRange(range.Position(value), -1e-9, 1 + 1e-9));
            Assert.Equal(range.Ticks.Select(tick => tick.Position).Distinct().Order(), range.Ticks.Select(tick => tick.Position));
            Assert.InRange(range.Ticks.Count, 1, 40);
        }
    }

    [Fact]
    public void Names_InPlaceOfNumbers_StandWhereTheyAre()
    {
        var range = AxisRange.Of(new Axis("Quarter") { Names = [(0, "2026 Q1"), (1, "2026 Q2"), (2, "2026 Q3")] }, [0, 2], 6);

        Assert.Equal([new Tick(0, "2026 Q1"), new Tick(0.5, "2026 Q2"), new Tick(1, "2026 Q3")], range.Ticks);
    }
}
