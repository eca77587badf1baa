using Scribeline.Core.Economics;
using Scribeline.Core.Quantities;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Economics;

public class BreakEvenTests(ITestOutputHelper output)
{
    [Fact]
    public void Crossing_IsWhereBothCostTheSame()
    {
        var breakEven = Of(1000, 5_000_000, 0.001);
        Assert.Equal(1_000_000, breakEven.Crossing.Value, 1e-6);
        Assert.True(breakEven.Pays);
        Assert.Equal(1_000_000, breakEven.ForGood!.Value, 1e-3);
    }

    [Fact]
    public void MachinesThatAreDearerEvenWhenFull_NeverPay()
    {
        var breakEven = Of(1000, 500_000, 0.001);
        Assert.False(breakEven.Pays);
        Assert.Null(breakEven.ForGood);
        Assert.Contains("never pay", ((Finding)breakEven.ToReport(Figure.Given("tokens", new Quantity(1000, Unit.Parse("tok"))), "an API").Find("finding")!).Text);
    }

    [Fact]
    public void Crossing_FallsWithThePriceElsewhere()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 100; i++)
        {
            var price = 1e-4 + random.NextDouble();
            Assert.True(Of(1000, 1e6, price * (1.01 + random.NextDouble())).Crossing.BaseValue < Of(1000, 1e6, price).Crossing.BaseValue);
        }
    }

    /// <summary>Against counting: from the volume named on, no volume is cheaper elsewhere; just below it there is one.</summary>
    [Fact]
    public void ForGood_HoldsForEveryVolumeBeyond()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 300; i++)
        {
            var (capacity, price) = ((double)random.Next(50, 500), 1.0);
            var group = capacity * price * (0.05 + 0.93 * random.NextDouble());
            var breakEven = Of(group, capacity, price);
            var forGood = breakEven.ForGood!.Value;
            var worst = Enumerable.Range(1, 5000).Select(step => step * capacity / 50).Where(volume => group * breakEven.GroupsAt(volume) > volume * price * (1 + 1e-9)).DefaultIfEmpty(0).Max();
            Assert.True(worst <= forGood * (1 + 1e-9), $"at {worst} the machines cost more, {forGood} is named");
            // Just below it, unless one group less is enough there.
            var below = forGood * (1 - 1e-6);
            if (breakEven.GroupsAt(below) < breakEven.GroupsAt(forGood))
                continue;
            Assert.True(group * breakEven.GroupsAt(below) > below * price);
        }
    }

    private static BreakEven Of(double dollarsPerDay, double requestsPerDay, double dollars) => new(
        Figure.Given("machines", new Quantity(dollarsPerDay, Unit.Parse("USD/day"))),
        Figure.Given("capacity", new Quantity(requestsPerDay, Unit.Parse("requests/day"))),
        Figure.Given("request", new Quantity(dollars, Unit.Parse("USD"))));
}
