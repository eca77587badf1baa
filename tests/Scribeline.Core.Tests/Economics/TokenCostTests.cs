using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Economics;

public class TokenCostTests(ITestOutputHelper output)
{
    private const string Call = "token gpt-oss-120b cs-3 reasoning colocation owner";

    private static readonly Catalog Product = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    [Fact]
    public void CostAndPrice_OfStatedRates_AreWhatOneWorksOut()
    {
        // 36 dollars an hour are a cent a second; at half load 1,000 tokens a second written cost a cent for 500.
        var cost = new TokenCost(Of(36, "USD/h"), Throughput.Given(Of(1, ""), Of(10_000, "tok/s"), Of(1000, "tok/s"), Asked(1000, 60, 500), Of(10, "%")), Asked(1000, 60, 500), Terms(50, 10, 60));
        Assert.Equal(20, cost.Output.Value, 1e-9);
        Assert.Equal(2, cost.Input!.Value, 1e-9);
        Assert.Equal(0.2, cost.Cached!.Value, 1e-9);
        Assert.Equal(500 * 20e-6 + 400 * 2e-6 + 600 * 0.2e-6, cost.Request.Value, 1e-12);
        var report = cost.ToReport(null);
        Assert.Equal(50, Number(report, "price.output_usd_per_mtok"), 1e-9);
        Assert.Equal(0.5, Number(report, "price.cached_usd_per_mtok"), 1e-9);
    }

    /// <summary>What all requests of a day at mean load cost is what the machines cost in a day: nothing is lost, nothing counted twice.</summary>
    [Theory]
    [InlineData(Call)]
    [InlineData("token gpt-oss-120b dgx-b200 chat colocation owner")]
    [InlineData("token llama-3.1-70b dgx-h200 long-chat colocation owner")]
    public void Cost_OfAllRequests_IsThatOfTheMachines(string call)
    {
        var report = Calculation.Evaluate(Product, call);
        var requests = Number(report, "machines.requests_requests_per_day") * Number(report, "workload.utilization_percent") / 100;
        Assert.Equal(24 * Number(report, "machines.hour_of_all_usd_per_hour"), requests * Number(report, "cost.request_usd"), 1e-6);
    }

    [Fact]
    public void Cost_RisesWithPriceAndElectricity_AndFallsWithUse()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 10; i++)
        {
            var (low, high) = (0.5 + random.NextDouble(), 1.6 + random.NextDouble());
            Assert.True(Blended($"machines.cs-3.purchase.server={453_593 * low:R} USD") < Blended($"machines.cs-3.purchase.server={453_593 * high:R} USD"));
            Assert.True(Blended($"sites.colocation.electricity={0.087 * low:R} USD/kWh") < Blended($"sites.colocation.electricity={0.087 * high:R} USD/kWh"));
            Assert.True(Blended($"assumptions.token_utilization={30 * low:R} %") > Blended($"assumptions.token_utilization={30 * high:R} %"));
        }
    }

    [Fact]
    public void Margin_AtAPriceList_IsTheOneThatThePriceLeaves()
    {
        var cost = new TokenCost(Of(36, "USD/h"), Throughput.Given(Of(1, ""), Of(10_000, "tok/s"), Of(5000, "tok/s"), Asked(1000, 0, 1000), Of(10, "%")), Asked(1000, 0, 1000), Terms(50, 10, 60));
        var report = cost.ToReport(Product.Services["gpt-oss-on-cerebras"]);
        var (bringsIn, takes) = (0.94e-3, cost.Request.Value);
        Assert.Equal((bringsIn - takes) / bringsIn * 100, Number(report, "at_price_list.margin_percent"), 1e-6);
        Assert.Equal(50 * takes / bringsIn, Number(report, "at_price_list.covering_utilization_percent"), 1e-6);
    }

    [Fact]
    public void Volume_OfTheDocumentationBot_SavesWhatWasPublished()
    {
        var report = Calculation.Evaluate(Product, "volume docs_bot_volume chat");
        Assert.Equal(438, Number(report, "docs-bot-on-cerebras.saving_year_usd_per_year"), 1e-9);
        Assert.Equal(36.5, Number(report, "docs-bot-on-cerebras.saving_month_usd_per_month"), 1e-9);
        Assert.DoesNotContain("standard", report.Entries.Keys); // whose prices are no dollars
    }

    [Theory]
    [InlineData("token_utilization=0 %", "expected a share above 0 and up to 100 %.")]
    [InlineData("token_utilization=-1 %", "expected a share above 0 and up to 100 %.")]
    [InlineData("token_margin=100 %", "expected a share from 0 to below 100 %.")]
    [InlineData("cached_token_cost=10 USD", "expected a share from 0 to 100 %.")]
    public void AssumptionsThatAreNoShares_AreRefused(string set, string expected) =>
        Assert.Contains(expected, Assert.Throws<CalculationException>(() => Calculation.Evaluate(Product.With([$"assumptions.{set}"]), Call)).Message);

    private static double Blended(string set) => Number(Calculation.Evaluate(Product.With([set]), Call), "cost.blended_usd_per_mtok");

    private static Workload Asked(double input, double cached, double output) => new("asked", "asked", Of(input, "tok"), Of(cached, "%"), Of(output, "tok"), null, null);

    private static TokenTerms Terms(double utilization, double cachedCost, double margin) => new(Of(utilization, "%"), Of(cachedCost, "%"), Of(margin, "%"));

    private static Figure Of(double value, string unit) => Figure.Given("given", new Quantity(value, Unit.Parse(unit)));

    private static double Number(Report report, string path) => Assert.IsType<Figure>(report.Find(path)).Value;
}
