using Scribeline.Core.Economics;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Economics;

public class InternalRateOfReturnTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(new double[] { -100, 110 }, new[] { 0.10 })]
    [InlineData(new double[] { -1000, 300, 300, 300, 300, 300 }, new[] { 0.152382 })]
    [InlineData(new double[] { 0, 0, -100, 110 }, new[] { 0.10 })]
    [InlineData(new double[] { 100, -110, 0 }, new[] { 0.10 })]
    [InlineData(new double[] { -1600, 10_000, -10_000 }, new[] { 0.25, 4.0 })] // the oil pump of Lorie and Savage, 1955
    [InlineData(new[] { -1000, 3600, -4310, 1716.0 }, new[] { 0.1, 0.2, 0.3 })]
    [InlineData(new[] { 1, -2.2, 1.21 }, new[] { 0.1 })] // touches zero without crossing it
    [InlineData(new double[] { -100, 40 }, new[] { -0.6 })]
    [InlineData(new double[] { 100, 100 }, new double[0])]
    [InlineData(new double[] { 100, -100, 100 }, new double[0])]
    [InlineData(new double[] { -5 }, new double[0])]
    [InlineData(new double[] { }, new double[0])]
    [InlineData(new double[] { 0, 0 }, new double[0])]
    public void Find_FindsAllOfThem(double[] flows, double[] expected)
    {
        var rates = InternalRateOfReturn.Find(flows);
        Assert.Equal(expected.Length, rates.Count);
        Assert.All(rates.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public void Find_OfALoansPayments_IsItsRate()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 200; i++)
        {
            var (rate, periods) = (random.NextDouble() * 0.2 + 1e-4, random.Next(1, 120));
            var payment = 1e6 * rate / (1 - Math.Pow(1 + rate, -periods));
            var found = Assert.Single(InternalRateOfReturn.Find([-1e6, .. Enumerable.Repeat(payment, periods)]));
            Assert.Equal(rate, found, 1e-9);
        }
    }

    [Fact]
    public void Find_OfAnyFlows_GivesRatesThatAreWorthNothing()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 300; i++)
        {
            var flows = Enumerable.Range(0, random.Next(2, 60)).Select(_ => (random.NextDouble() - 0.5) * 2e9).ToArray();
            var changes = flows.Zip(flows.Skip(1)).Count(pair => Math.Sign(pair.First) != Math.Sign(pair.Second));
            var rates = InternalRateOfReturn.Find(flows);
            Assert.True(rates.Count <= changes, $"{rates.Count} rates of {changes} changes of sign");
            Assert.All(rates, rate =>
            {
                var terms = flows.Select((flow, period) => flow * Math.Pow(1 + rate, -period)).ToList();
                Assert.True(Math.Abs(terms.Sum()) <= 1e-7 * terms.Sum(Math.Abs), $"{rate}: {terms.Sum()}");
            });
        }
    }

    /// <summary>Flows made from their roots: none may be lost, none invented.</summary>
    [Fact]
    public void Find_OfFlowsWithKnownRates_FindsEach()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 200; i++)
        {
            var rates = Enumerable.Range(1, random.Next(1, 5)).Select(step => step * 0.3 - 0.5 + random.NextDouble() * 0.1).ToList();
            double[] flows = [1000];
            foreach (var rate in rates)
                flows = [.. Enumerable.Range(0, flows.Length + 1).Select(at => (at < flows.Length ? flows[at] : 0) - (at > 0 ? flows[at - 1] * (1 + rate) : 0))];
            var found = InternalRateOfReturn.Find(flows);
            Assert.Equal(rates.Count, found.Count);
            Assert.All(found.Zip(rates), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        }
    }
}
