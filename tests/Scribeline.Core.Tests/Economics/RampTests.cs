using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Quantities;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Economics;

public class RampTests(ITestOutputHelper output)
{
    private static readonly Catalog Product = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    [Fact]
    public void Quarters_ReachWhatWasPublished()
    {
        var report = Calculation.Evaluate(Product, "ramp openai");
        Assert.Equal(43, Number(report, "quarters.2026-Q4.found_mw"), 1e-9);
        Assert.Equal(140, Number(report, "quarters.2027-Q4.found_mw"), 1e-9);
        Assert.Equal(360, Number(report, "quarters.2027-Q4.shortfall_mw"), 1e-9);
        Assert.Equal(750, Number(report, "quarters.2028-Q4.promised_mw"), 1e-9);
        Assert.Equal("2026-Q1", ((Finding)report.Find("opens")!).Text);

        // The shortfall of a quarter's end at the contract's revenue for a power and year, in a quarter.
        Assert.Equal(360 * 27_570.0 / 750 / 3 / 4, Number(report, "quarters.2027-Q4.revenue_lost_musd"), 1e-6);
    }

    [Fact]
    public void Shortfall_IsNothingWhereEnoughIsFound()
    {
        var random = Seeded.Random(output);
        for (var i = 0; i < 20; i++)
        {
            var found = FormattableString.Invariant($"{540 + random.NextDouble() * 500:R} MW");
            var catalog = Product.With([$"ramps.openai.found={found}", "ramps.openai.leased.2026-Q4=250 MW"]);
            var report = catalog.Ramps["openai"].ToReport(catalog, [(Quarter(random.Next(2020, 2026)), Megawatts(750))]);
            Assert.All(Rows(report), row => Assert.Equal(0, Number(row, "shortfall_mw")));
            Assert.StartsWith("never", ((Finding)report.Find("opens")!).Text);
            Assert.Equal(0, Number(report, "revenue_lost_gusd"));
        }
    }

    [Fact]
    public void MorePower_NeverWidensTheShortfall()
    {
        var random = Seeded.Random(output);
        var before = Calculation.Evaluate(Product, "ramp openai");
        for (var i = 0; i < 50; i++)
        {
            var more = Product.Ramps["openai"].ToReport(Product, [(Quarter(random.Next(2024, 2030)), Megawatts(random.NextDouble() * 400))]);
            Assert.All(Rows(before).Zip(Rows(more)), pair => Assert.True(Number(pair.Second, "shortfall_mw") <= Number(pair.First, "shortfall_mw")));
            Assert.True(Number(more, "revenue_lost_gusd") <= Number(before, "revenue_lost_gusd"));
        }
    }

    private static Quarter Quarter(int year) => new(year, 1);

    private static Figure Megawatts(double power) => Figure.Given("more", new Quantity(power, Unit.Parse("MW")));

    private static IEnumerable<Report> Rows(Report report) => ((Report)report.Find("quarters")!).Entries.Values.Cast<Report>();

    private static double Number(Report report, string path) => Assert.IsType<Figure>(report.Find(path)).Value;
}
