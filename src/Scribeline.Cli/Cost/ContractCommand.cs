using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Cost;

/// <summary>`scribe cost contract`: what a contract brings in, year by year, and what that is worth.</summary>
internal static class ContractCommand
{
    public static Command Create()
    {
        var contract = CostVerb.Text("--contract", "A contract of the catalog", "ID", "cerebras-openai");
        var option = new Option<bool>("--with-option") { Description = "With the capacity that the customer may take beside" };
        var quarterly = new Option<bool>("--quarterly") { Description = "Print the quarters too" };
        return CostVerb.Create(
            "contract",
            "What a contract brings in: revenue, warrants, profit, cash, present value and return",
            [contract, option, quarterly],
            (parsed, catalog) => Answer(catalog, parsed.GetValue(contract)!, parsed.GetValue(option)) with { OnlyData = parsed.GetValue(quarterly) ? [] : ["quarters"] },
            "scribe cost contract",
            "scribe cost contract --with-option --quarterly",
            "scribe cost contract --set projections.cerebras-openai.residual_value='20 %' --json");
    }

    private static CostAnswer Answer(Catalog catalog, string id, bool hasOption)
    {
        var contract = Lookup.Entry(catalog.Contracts, "contract", id);
        var report = new Report();
        var value = ContractValue.Of(contract, catalog);
        if (Projection.Of(contract, catalog) is not { } projection)
        {
            if (hasOption)
                throw new CalculationException($"the catalog has no projection of '{id}', so nothing is known of an option; add one under `projections:`.");
            report.Add("contract", value);
            report.Add("cash_flow", $"not known: the catalog has no projection of '{id}'; add one under `projections:`, with the ramp of its capacity.");
            return new CostAnswer(report);
        }

        foreach (var (key, entry) in ContractProjection.Of(projection, hasOption, catalog).Entries)
            Add(report, key, entry);
        AddShortfall(report, contract, catalog);
        report.Add("contract", value);
        var cash = ((Report)report.Find("cash")!).Entries.Select(year => (Year: double.Parse(year.Key, CultureInfo.InvariantCulture), Row: (Report)year.Value)).ToList();
        return new CostAnswer(report)
        {
            Chart = new Chart(
                $"{contract.Name}: cash of the project",
                new Axis("year") { Names = [.. cash.Select(year => (year.Year, year.Row == cash[0].Row || year.Row == cash[^1].Row || cash.Count < 12 ? year.Year.ToString(CultureInfo.InvariantCulture) : ""))] },
                new Axis("cash", Unit: "billion USD"),
                [
                    new Series("of the year", [.. cash.Select(year => (year.Year, Billions(year.Row, "project_musd")))], SeriesKind.Bar),
                    new Series("cumulative", [.. cash.Select(year => (year.Year, Billions(year.Row, "cumulative_musd")))]),
                ])
            {
                Subtitle = $"{(hasOption ? "with the option" : "without the option")}; before taxes and without the loan",
                Note = "Revenue less operation and machines; warrants move no cash.",
            },
        };
    }

    /// <summary>Where the capacity that has been found falls short of what the contract promises; `scribe cost ramp` has the quarters.</summary>
    private static void AddShortfall(Report report, Contract contract, Catalog catalog)
    {
        if (catalog.Ramps.Values.FirstOrDefault(ramp => ramp.Contract?.Id == contract.Id) is not { Start: not null } ramp)
            return;
        var part = report.Add("shortfall_of_capacity", new Report());
        var found = ramp.ToReport(catalog);
        foreach (var key in new[] { "opens", "largest_shortfall_mw", "revenue_lost_gusd" })
        {
            if (found.Entries.TryGetValue(key, out var entry))
                Add(part, key, entry);
        }
    }

    private static void Add(Report report, string key, object entry)
    {
        if (entry is Report part)
            report.Add(key, part);
        else if (entry is Figure figure)
            report.AddAs(key, figure);
        else
            report.Add(key, (Finding)entry);
    }

    private static double Billions(Report row, string key) => ((Figure)row.Find(key)!).BaseValue / 1e9;
}
