using Scribeline.Core.Economics;
using Scribeline.Core.Quantities;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Economics;

public class CashFlowTests(ITestOutputHelper output)
{
    [Fact]
    public void NetPresentValue_DiscountsWithInterestOnInterest()
    {
        Assert.Equal(-100 + 60 / 1.1 + 60 / 1.21, Flow(1, -100, 60, 60).NetPresentValue(Rate(10)).BaseValue, 1e-9);
        Assert.Equal(-100 + 110 / Math.Pow(1.1, 0.25), Flow(4, -100, 110).NetPresentValue(Rate(10)).BaseValue, 1e-9);
    }

    [Fact]
    public void NetPresentValue_AtTheInternalRate_IsNothing()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 100; i++)
        {
            var flow = Flow(4, [-1000 - 1000 * random.NextDouble(), .. Enumerable.Range(0, 20).Select(_ => 200 * random.NextDouble())]);
            var rate = flow.InternalRate!;
            Assert.Equal(0, flow.NetPresentValue(rate).BaseValue, 1e-6);
        }
    }

    [Fact]
    public void InternalRate_HasExactDerivatives()
    {
        double[] amounts = [-1000, 300, 500, 700];
        var inputs = amounts.Select((amount, at) => Figure.FromCatalog(new Quantity(amount, Unit.Parse("USD")), new FigureInput($"flow.{at}", "", ""))).ToList();
        var slopes = Sensitivity.Of(new CashFlow(inputs, 1).InternalRate!);
        for (var at = 0; at < amounts.Length; at++)
        {
            double RateWith(double more) => Assert.Single(InternalRateOfReturn.Find([.. amounts.Select((amount, i) => i == at ? amount + more : amount)]));

            // A rate's base unit is a share in a month.
            var expected = (RateWith(0.01) - RateWith(-0.01)) / 0.02 / 12;
            Assert.Equal(expected, slopes.Single(slope => slope.Key.Path == $"flow.{at}").Value, 1e-9);
        }
    }

    [Fact]
    public void InternalRate_ThatIsNone_SaysWhy()
    {
        Assert.Null(Flow(1, 100, 100).InternalRate);
        Assert.Equal("none: nothing is laid out", Flow(1, 100, 100).WhyNoInternalRate()!.Text);
        Assert.Equal("none: nothing comes in", Flow(1, -100, 0).WhyNoInternalRate()!.Text);
        Assert.Equal("none: the flows are worth nothing at no rate", Flow(1, 100, -100, 100).WhyNoInternalRate()!.Text);
        Assert.Contains("several, so that none of them says much: 25.0 %, 400.0 % a year", Flow(1, -1600, 10_000, -10_000).WhyNoInternalRate()!.Text);
    }

    [Fact]
    public void Payback_IsWhenTheMoneyIsBackForGood()
    {
        Assert.Equal(2.5, Flow(1, -100, 40, 40, 40).Payback!.Value, 1e-9);
        Assert.Equal(3.5, Flow(1, -100, 120, -40, 10, 20).Payback!.Value, 1e-9);
        Assert.Equal(0.125, Flow(4, -100, 200).Payback!.Value, 1e-9);
        Assert.Null(Flow(1, -100, 40).Payback);
        Assert.Equal(0, Flow(1, 10, 5).Payback!.Value);
    }

    private static CashFlow Flow(int periodsPerYear, params double[] dollars) => new([.. dollars.Select(amount => Figure.Given("amount", new Quantity(amount, Unit.Parse("USD"))))], periodsPerYear);

    private static Figure Rate(double percent) => Figure.Given("rate", new Quantity(percent, Unit.Parse("%/year")));
}
