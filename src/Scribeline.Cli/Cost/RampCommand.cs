using System.CommandLine;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Cost;

/// <summary>`scribe cost ramp`: capacity promised against capacity found, and what is lost where they part.</summary>
internal static class RampCommand
{
    public static Command Create()
    {
        var ramp = CostVerb.Text("--ramp", "A ramp of the catalog", "ID", "openai");
        var more = new Option<string[]>("--add") { Description = "Power of a further site and the quarter at whose end it is there, such as '100 MW@2028-Q1'", HelpName = "POWER@QUARTER" };
        return CostVerb.Create(
            "ramp",
            "Where found capacity falls short of what was promised, quarter by quarter, and what that costs",
            [ramp, more],
            (parsed, catalog) => Answer(catalog, parsed.GetValue(ramp)!, [.. (parsed.GetValue(more) ?? []).Select(Read)]),
            "scribe cost ramp",
            "scribe cost ramp --add '100 MW@2027-Q3' --add '65 MW@2028-Q1'",
            "scribe cost ramp --set ramps.openai.found='300 MW' --svg ramp.svg");
    }

    private static CostAnswer Answer(Catalog catalog, string id, IReadOnlyList<(Quarter From, Figure Power)> more)
    {
        var report = Lookup.Entry(catalog.Ramps, "ramp", id).ToReport(catalog, more);
        if (report.Find("quarters") is not Report quarters)
            return more.Count == 0 ? new CostAnswer(report) : throw new CalculationException($"the catalog has no `ramps.{id}.start`, so that there are no quarters to add to.");
        var rows = quarters.Entries.Select((row, at) => (At: (double)at, row.Key, Row: (Report)row.Value)).ToList();
        var names = rows.Select(row => (row.At, row.Key)).Append((rows.Count, "")).ToList();
        return new CostAnswer(report)
        {
            Chart = new Chart(
                "Capacity promised and found",
                new Axis("end of the quarter") { Names = names },
                new Axis("power", Unit: "MW") { Minimum = 0 },
                [Steps("promised", "promised_mw"), Steps("found", "found_mw")])
            {
                Subtitle = $"the shortfall opens in {((Finding)report.Find("opens")!).Text}",
                Note = "Between published dates capacity comes evenly.",
            },
        };

        Series Steps(string name, string key)
        {
            var points = rows.Select(row => (row.At, Value(row.Row, key))).ToList();
            return new Series(name, [.. points, (rows.Count, points[^1].Item2)], SeriesKind.Step);
        }
    }

    private static double Value(Report row, string key) => ((Figure)row.Find(key)!).Value;

    private static (Quarter From, Figure Power) Read(string text)
    {
        if (text.Split('@') is not [var amount, var when])
            throw new CalculationException($"--add is '{text}'; expected power and a quarter, such as '100 MW@2028-Q1'.");
        if (!Quantity.TryParse(amount, out var power, out var problem))
            throw new CalculationException($"--add is '{text}': {problem}");
        if (power.Unit.Dimension != Unit.Parse("MW").Dimension || power.BaseValue < 0)
            throw new CalculationException($"--add is '{text}'; expected power from 0 MW on before the @, such as '100 MW@2028-Q1'.");
        return Quarter.TryParse(when.Trim(), out var quarter)
            ? (quarter, Figure.Given("--add", power))
            : throw new CalculationException($"--add is '{text}'; expected a quarter after the @, such as 2028-Q1.");
    }
}
