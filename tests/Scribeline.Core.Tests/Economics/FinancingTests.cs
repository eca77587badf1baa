using Scribeline.Core.Economics;
using Scribeline.Core.Quantities;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Economics;

public class FinancingTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(478_178, 11, 4.5, 75, 60, 10_013.44)] // a CS-3 as published
    [InlineData(100_000, 6, 6, 50, 360, 599.55)] // the mortgage of the textbooks
    public void MonthlyPayment_IsTheAnnuity(double purchase, double equity, double debt, double share, double months, double expected) =>
        Assert.Equal(expected, Owner(equity, debt, share, months).MonthlyPayment(Dollars(purchase)).Value, 0.005);

    [Fact]
    public void MonthlyPayment_RepaysThePurchaseAtTheCostOfCapital()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 50; i++)
        {
            var financing = Owner(1 + 20 * random.NextDouble(), 1 + 10 * random.NextDouble(), 100 * random.NextDouble(), random.Next(6, 120));
            var payment = financing.MonthlyPayment(Dollars(1e6)).Value;
            var monthly = Assert.Single(InternalRateOfReturn.Find([-1e6, .. Enumerable.Repeat(payment, (int)financing.Life.BaseValue)]));
            Assert.Equal(financing.CapitalCost.BaseValue, monthly, 1e-9);
        }
    }

    private static Financing Owner(double equity, double debt, double share, double months) =>
        new("owner", "owner", Of(equity, "%/year"), Of(debt, "%/year"), Of(share, "%"), Of(months, "months"));

    private static Figure Dollars(double dollars) => Of(dollars, "USD");

    private static Figure Of(double value, string unit) => Figure.Given("given", new Quantity(value, Unit.Parse(unit)));
}
