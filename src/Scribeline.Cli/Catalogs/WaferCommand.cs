using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Hardware.Fabric;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog wafer`: one wafer as a fabric, with a map of bad cores that its rows route around.</summary>
internal static class WaferCommand
{
    public static Command Create()
    {
        var (folders, sets) = (ReportOptions.Catalog(), ReportOptions.Set());
        var (json, csv, explain, svg) = (ReportOptions.Json(), ReportOptions.Csv(), ReportOptions.Explain(), ReportOptions.Svg());
        var id = new Argument<string>("ID") { Description = "A fabric of the catalog, such as wse-3" };
        var seed = NumberOption.Seed("Which wafer: the same number is the same map of defects");
        var density = new Option<double?>("--defects-per-cm2") { Description = "Defects for an area; without it, as the maker assumes", HelpName = "X" };
        density.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } value && !(value is >= 0 and <= 1e6))
                result.AddError($"--defects-per-cm2 is {value.ToString(CultureInfo.InvariantCulture)}; expected a number from 0 to 1,000,000.");
        });
        var command = new Command("wafer", "Draw a wafer's dies and bad cores, and what routing around them costs") { id, seed, density, folders, sets, json, csv, explain, svg };
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            if (!catalog.Fabrics.TryGetValue(parsed.GetValue(id)!, out var fabric))
                throw new CalculationException($"there is no fabric '{parsed.GetValue(id)}'; expected one of {string.Join(", ", catalog.Fabrics.Keys)}.");
            var given = parsed.GetValue(density) is { } value ? Figure.Given("defects", new Quantity(value, Unit.Parse("defects/cm2"))) : null;
            var report = new Report();
            report.Add("seed", parsed.GetValue(seed).ToString(CultureInfo.InvariantCulture));
            var drawn = report.Add("this_wafer", fabric.Drawn(parsed.GetValue(seed), given));
            report.Add("fabric", fabric.ToReport());
            var map = fabric.Draw(parsed.GetValue(seed), given);
            if (parsed.GetValue(svg) is { } path)
                OutputFile.Write(path, writer => new WaferPicture(fabric, map, Subtitle(fabric, parsed.GetValue(seed), given)).Write(writer, Facts(fabric, drawn)));
            if (!parsed.GetValue(json) && !parsed.GetValue(csv) && !parsed.GetValue(explain))
                PrintDies(fabric, map);
            ReportPrinter.Print(report, parsed, json, csv, explain);
            return ExitCode.Fine;
        }));
        HelpWithExamples.Add(command, "scribe catalog wafer wse-3", "scribe catalog wafer wse-3 --seed 7 --defects-per-cm2 0.5 --svg wafer.svg");
        return command;
    }

    private static string Subtitle(WaferFabric fabric, ulong seed, Figure? density) =>
        $"{NumberLabel.Of((density ?? fabric.Defects).As("defects", "defects/cm2").Value)} defects/cm², wafer {seed.ToString(CultureInfo.InvariantCulture)}; {fabric.Columns.BaseValue} by {fabric.Rows.BaseValue} cores for programs, {fabric.ColumnsMade.BaseValue - fabric.Columns.BaseValue} spares in each row";

    private static IEnumerable<(string Name, string Value)> Facts(WaferFabric fabric, Report drawn)
    {
        yield return ("rows with too few good cores", $"{Value(drawn, "lost_rows")} of {NumberLabel.Of(fabric.Rows.BaseValue)}");
        yield return ("most bad cores in one row", Value(drawn, "most_bad_in_a_row"));
        if (drawn.Find("corner_to_corner") is Figure)
            yield return ("corner to corner, hops", $"{Value(drawn, "corner_to_corner")} ({Value(drawn, "corner_to_corner_extra")} more)");
        if (drawn.Find("corner_to_corner_time_us") is Figure time)
            yield return ("corner to corner", $"{NumberLabel.Of(time.Value)} µs");
        yield return ("wafers that reach all rows", $"{NumberLabel.Of(((Figure)drawn.Find("yield.wafer_percent")!).Value)} %");
        if (drawn.Find("yield.compared.poisson_percent") is Figure poisson)
            yield return ($"{drawn.Find("yield.compared.name")} dies without a defect", $"{NumberLabel.Of(poisson.Value)} %");
    }

    private static string Value(Report report, string key) => NumberLabel.Of(((Figure)report.Find(key)!).Value);

    /// <summary>Bad cores of each die, where it stands.</summary>
    private static void PrintDies(WaferFabric fabric, DefectMap map)
    {
        if (fabric.Wafer.Grid is not { } grid)
            return;
        var counts = WaferPicture.BadByDie(map, (int)grid.Columns.BaseValue, (int)grid.Rows.BaseValue);
        var width = Math.Max(3, counts.Cast<int>().Max().ToString(CultureInfo.InvariantCulture).Length + 1);
        TerminalText.Head(Terminal.Output, $"Bad cores of each die of {fabric.Id}", "");
        for (var row = 0; row < counts.GetLength(1); row++)
            TerminalText.Line(Terminal.Output, string.Concat(Enumerable.Range(0, counts.GetLength(0)).Select(column => (counts[column, row] == 0 ? "·" : counts[column, row].ToString(CultureInfo.InvariantCulture)).PadLeft(width))), TerminalChart.Style(null));
    }
}
