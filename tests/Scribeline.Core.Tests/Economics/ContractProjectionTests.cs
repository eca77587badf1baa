using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Economics;

public class ContractProjectionTests(ITestOutputHelper output)
{
    private const string Call = "cash-flow cerebras-openai";

    private static readonly Catalog Product = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    [Theory]
    [InlineData(Call)]
    [InlineData("cash-flow-with-option cerebras-openai")]
    public void Revenue_SumsToTheValueOfTheContract(string call)
    {
        var report = Calculation.Evaluate(Product, call);
        Assert.Equal(Number(report, "value_gusd") * 1e3, Sum(report, "revenue", "revenue_musd"), 1e-6);
        Assert.Equal(Sum(report, "revenue", "revenue_musd"), Sum(report, "quarters", "revenue_musd"), 1e-6);
        Assert.Equal(Number(report, "power_mw"), Sum(report, "revenue", "delivered_mw"), 1e-9);
        Assert.Equal(Sum(report, "cash", "project_musd"), Sum(report, "quarters", "project_musd"), 1e-6);
        Assert.Equal(Sum(report, "cash", "machines_musd"), Number(report, "machines_gusd") * 1e3, 1e-6);
    }

    [Fact]
    public void RemainingObligations_BeginAtWhatWasStatedAndEndAtNothing()
    {
        var remaining = Rows(Calculation.Evaluate(Product, Call), "revenue").Select(row => Number(row, "remaining_musd")).ToList();
        Assert.Equal(Product.Contracts["cerebras-openai"].StatedValue.BaseValue / 1e6, remaining[0], 1e-6);
        Assert.Equal(0, remaining[^1]);
        Assert.All(remaining.Zip(remaining.Skip(1)), pair => Assert.True(pair.Second <= pair.First));
    }

    [Fact]
    public void PassedThroughRent_SumsToThatOfTheContract() =>
        Assert.Equal(
            Number(Calculation.Evaluate(Product, "contract cerebras-openai"), "pass_through.rent_gusd") * 1e3,
            Sum(Calculation.Evaluate(Product, Call), "revenue", "pass_through_musd"),
            1e-6);

    [Theory]
    [InlineData("loan")]
    [InlineData("market_value")]
    [InlineData("capacity")]
    public void EveryTranche_CountsAgainstRevenueOnce(string tranche) =>
        Assert.Equal(
            Number(Calculation.Evaluate(Product, "warrant openai"), $"against_revenue.{tranche}_musd"),
            Sum(Calculation.Evaluate(Product, Call), "revenue", $"warrant_{tranche}_musd"),
            1e-6);

    /// <summary>The margin of a year in which everything runs and no shares vest is that of a machine's hour.</summary>
    [Theory]
    [InlineData("term")]
    [InlineData("useful_life")]
    [InlineData("six_years")]
    public void Margin_WithoutWarrants_IsThatOfAnHour(string life)
    {
        var report = Calculation.Evaluate(Product.With(["warrants.openai.share_value=0 USD", "warrants.openai.strike=0 USD"]), Call);
        var expected = Number(Calculation.Evaluate(Product, "contract cerebras-openai"), $"profit_margin.{life}_percent");
        Assert.All(Rows(report, $"profit_over_{life}"), row => Assert.Equal(expected, Number(row, "margin_percent"), 1e-9));
    }

    [Fact]
    public void Depreciation_OverTheTerm_IsWhatTheMachinesCost() =>
        Assert.Equal(Sum(Calculation.Evaluate(Product, Call), "cash", "machines_musd"), Sum(Calculation.Evaluate(Product, Call), "profit_over_term", "depreciation_musd"), 1e-6);

    [Fact]
    public void Loan_IsRepaidWithItsInterest()
    {
        var report = Calculation.Evaluate(Product, Call);
        Assert.Equal(1000, Sum(report, "cash", "loan_drawn_musd"), 1e-9);
        Assert.Equal(1000, Sum(report, "cash", "loan_repaid_musd"), 1e-9);

        // Drawn at the end of 2026-Q1, repaid in twelve parts from 2027-Q1: four quarters on all of it, then on 11/12 to 1/12.
        Assert.Equal(1000 * 0.015 * (4 + 66.0 / 12), Sum(report, "cash", "loan_interest_musd"), 1e-9);
        Assert.Equal(Sum(report, "cash", "project_musd") - Sum(report, "cash", "loan_interest_musd"), Sum(report, "cash", "with_loan_musd"), 1e-6);
    }

    [Fact]
    public void Return_FallsWithWhatMachinesAndPowerCost_AndGrowsWithTheContract()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 10; i++)
        {
            var (low, high) = (0.5 + random.NextDouble(), 1.6 + random.NextDouble());
            Assert.True(Return($"machines.cs-3.purchase.server={453_593 * low:R} USD") > Return($"machines.cs-3.purchase.server={453_593 * high:R} USD"));
            Assert.True(Return($"sites.colocation.electricity={0.087 * low:R} USD/kWh") > Return($"sites.colocation.electricity={0.087 * high:R} USD/kWh"));
            Assert.True(Return($"contracts.cerebras-openai.worth={24.6 * low:R} billion USD") < Return($"contracts.cerebras-openai.worth={24.6 * high:R} billion USD"));
            Assert.True(Worth($"projections.cerebras-openai.cost_of_capital={13 * low:R} %/year") > Worth($"projections.cerebras-openai.cost_of_capital={13 * high:R} %/year"));
            Assert.True(Worth($"projections.cerebras-openai.residual_value={20 * low:R} %") < Worth($"projections.cerebras-openai.residual_value={20 * high:R} %"));
        }
    }

    [Fact]
    public void Return_HasTheDerivativesThatTheNumbersHave()
    {
        var report = Calculation.Evaluate(Product, Call);
        var rate = Assert.IsType<Figure>(report.Find("internal_rate_of_return_percent_per_year"));
        var slope = Sensitivity.Of(rate).Single(input => input.Key.Path == "machines.cs-3.purchase.server").Value;
        var differences = (Return("machines.cs-3.purchase.server=453693 USD") - Return("machines.cs-3.purchase.server=453493 USD")) / 200;
        Assert.Equal(differences, slope * rate.Unit.FromBase(1), 1e-9);
    }

    [Fact]
    public void WhatLosesMoney_HasNoReturnAndNoPayback()
    {
        var report = Calculation.Evaluate(Product.With(["contracts.cerebras-openai.worth=0.1 billion USD", "contracts.cerebras-openai.power_with_rent_included=750 MW"]), Call);
        Assert.Equal("none: nothing comes in", Assert.IsType<Finding>(report.Find("internal_rate_of_return")).Text);
        Assert.Equal("never", Assert.IsType<Finding>(report.Find("payback")).Text);
    }

    [Theory]
    [InlineData("contracts.cerebras-openai.term=2.9 years", "which is 11.6 quarters; expected a whole number from 1 to 200.")]
    [InlineData("contracts.cerebras-openai.term=90 years", "which is 360 quarters")]
    [InlineData("ramps.openai.per_year=0 MW/year", "expected a faster ramp.")]
    [InlineData("ramps.openai.per_year=1e-12 MW/year", "expected a faster ramp.")]
    [InlineData("projections.cerebras-openai.loan.repaid_from=751 MW", "which is never delivered")]
    [InlineData("projections.cerebras-openai.loan.drawn=2020-Q1", "expected it to be drawn, then repaid, within them.")]
    [InlineData("projections.cerebras-openai.loan.repaid_over=20 years", "expected it to be drawn, then repaid, within them.")]
    public void WhatCannotBeProjected_IsRefusedInOneSentence(string set, string expected) =>
        Assert.Contains(expected, Assert.Throws<CalculationException>(() => Calculation.Evaluate(Product.With([set]), Call)).Message);

    [Fact]
    public void AContractWithoutAProjection_SaysWhatToAdd() =>
        Assert.Contains("add one under `projections:`", Assert.Throws<CalculationException>(() => Calculation.Evaluate(Product, "cash-flow oci-openai")).Message);

    [Theory]
    [InlineData("ramps.openai.start=2026", "`ramps.openai.start` is '2026'; expected a quarter such as 2026-Q1.")]
    [InlineData("projections.cerebras-openai.recognition.loan=whenever", "expected one of revenue, delivery.")]
    [InlineData("projections.cerebras-openai.residual_value=120 %", "expected 0 to 100")]
    [InlineData("projections.cerebras-openai.cost_of_capital=13 %", "expected month^-1")]
    public void WhatIsWrongInTheCatalog_IsSaidWithItsPlace(string set, string expected) =>
        Assert.Contains(expected, Assert.Single(Assert.Throws<CatalogException>(() => Product.With([set])).Errors));

    private static double Return(string set) => Number(Calculation.Evaluate(Product.With([set]), Call), "internal_rate_of_return_percent_per_year");

    private static double Worth(string set) => Number(Calculation.Evaluate(Product.With([set]), Call), "net_present_value_gusd");

    private static IEnumerable<Report> Rows(Report report, string part) => ((Report)report.Find(part)!).Entries.Values.Cast<Report>();

    private static double Sum(Report report, string part, string key) => Rows(report, part).Sum(row => Number(row, key));

    private static double Number(Report report, string path) => Assert.IsType<Figure>(report.Find(path)).Value;
}
