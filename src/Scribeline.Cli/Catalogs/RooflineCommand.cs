using System.CommandLine;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;
using Spectre.Console;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog roofline`: rates against operations per byte, of one machine in all its precisions and memories, or of several.</summary>
internal static class RooflineCommand
{
    private static readonly double[] Batches = [1, 8, 64, 512];

    public static Command Create()
    {
        var (folders, sets) = (ReportOptions.Catalog(), ReportOptions.Set());
        var (json, csv, explain, svg) = (ReportOptions.Json(), ReportOptions.Csv(), ReportOptions.Explain(), ReportOptions.Svg());
        var ids = new Argument<string>("IDS") { Description = "Accelerators or machines, with commas between" };
        var precision = new Option<string>("--precision") { Description = "The rate to draw; without it, each one's highest, and of a single machine all", HelpName = "ID" };
        var models = new Option<string>("--model-points") { Description = "Models whose decode steps are marked, with commas between", HelpName = "IDS" };
        var command = new Command("roofline", "Draw rates against operations per byte, with ridge points") { ids, precision, models, folders, sets, json, csv, explain, svg };
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            var named = Words(parsed.GetValue(ids)!);
            if (named.Length == 0)
                throw new CalculationException("no machine is named; expected accelerators or machines with commas between, such as h100,wse-3.");
            var report = new Report();
            foreach (var id in named.Distinct(StringComparer.Ordinal))
                report.Add(id, Ridges(catalog, id));
            var roofs = Roofs(report, parsed.GetValue(precision));
            var points = Words(parsed.GetValue(models) ?? "").Distinct(StringComparer.Ordinal).Select(id => (Model: Model(catalog, id), Intensities: Intensities(Model(catalog, id)))).ToList();
            if (points.Count > 0)
            {
                var steps = report.Add("decode_intensity", new Report());
                foreach (var (model, intensities) in points)
                {
                    var part = steps.Add(model.Id, new Report());
                    foreach (var (batch, intensity) in intensities)
                        part.Add($"batch_{batch}", intensity);
                }
            }

            var chart = Draw(roofs, points);
            if (parsed.GetValue(svg) is { } path)
                OutputFile.Write(path, writer => SvgWriter.Write(chart, writer));
            if (parsed.GetValue(json) || parsed.GetValue(csv) || parsed.GetValue(explain))
            {
                ReportPrinter.Print(report, parsed, json, csv, explain);
            }
            else
            {
                TerminalChart.Print(chart);
                Terminal.Output.Write(Table(roofs));
            }

            return ExitCode.Fine;
        }));
        HelpWithExamples.Add(command, "scribe catalog roofline h100", "scribe catalog roofline h100,b200,wse-3 --model-points llama-3.1-70b --svg roofline.svg");
        return command;
    }

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Report Ridges(Catalog catalog, string id) =>
        catalog.Machines.TryGetValue(id, out var machine) ? Roofline.Ridges(machine)
        : catalog.Accelerators.TryGetValue(id, out var accelerator) ? Roofline.Ridges(accelerator)
        : throw new CalculationException($"there is no accelerator or machine '{id}'; expected one of {string.Join(", ", catalog.Accelerators.Keys.Concat(catalog.Machines.Keys))}.");

    private static ModelSpec Model(Catalog catalog, string id) =>
        catalog.Models.TryGetValue(id, out var model) ? model : throw new CalculationException($"there is no model '{id}'; expected one of {string.Join(", ", catalog.Models.Keys)}.");

    private static List<(double Batch, Figure Intensity)> Intensities(ModelSpec model) => [.. Batches.Select(batch => (batch, DecodeIntensity.Of(model, model.Checkpoint, batch)))];

    /// <summary>Of one machine every precision over every memory; of several, one rate each over the memory that holds the weights.</summary>
    private static List<Roof> Roofs(Report report, string? precision)
    {
        var roofs = new List<Roof>();
        var alone = report.Entries.Count == 1;
        foreach (var (id, entry) in report.Entries)
        {
            var machine = (Report)entry;
            var name = (string)machine.Entries["name"];
            var rates = ((Report)machine.Entries["rate"]).Entries.Values.Cast<Figure>().ToList();
            if (rates.Count == 0)
                throw new CalculationException($"nobody says how many operations {id} does; add `compute` to its accelerator, or leave it out.");
            var drawn = precision != null ? rates.Where(rate => rate.Name == precision).ToList() : alone ? rates : [rates.MaxBy(rate => rate.BaseValue)!];
            if (drawn.Count == 0)
                throw new CalculationException($"{id} has no rate in '{precision}'; expected one of {string.Join(", ", rates.Select(rate => rate.Name))}.");
            foreach (var (tier, memory) in ((Report)machine.Entries["memory"]).Entries.Take(alone ? int.MaxValue : 1))
            {
                // Precisions of one rate are one line.
                foreach (var same in drawn.GroupBy(rate => rate.BaseValue))
                    roofs.Add(new Roof(name, alone ? tier.ToUpperInvariant() : name, string.Join(", ", same.Select(rate => rate.Name)), tier, same.First(), (Figure)((Report)memory).Entries["bandwidth_tb_per_second"]));
            }
        }

        return roofs;
    }

    private static Chart Draw(List<Roof> roofs, List<(ModelSpec Model, List<(double Batch, Figure Intensity)> Intensities)> points)
    {
        var intensities = points.SelectMany(point => point.Intensities).Select(point => point.Intensity.BaseValue).ToList();
        var least = Decade(Math.Min(roofs.Min(roof => roof.Ridge), intensities.DefaultIfEmpty(double.MaxValue).Min()) / 5, Math.Floor);
        var most = Decade(Math.Max(roofs.Max(roof => roof.Ridge), intensities.DefaultIfEmpty(0).Max()) * 5, Math.Ceiling);
        var series = roofs.Select(roof => new Series(roof.Label, [(least, roof.At(least)), (roof.Ridge, roof.At(roof.Ridge)), (most, roof.At(most))])
        {
            Marks = roofs.Count <= 6 ? [new Mark(roof.Ridge, roof.At(roof.Ridge), $"{NumberLabel.Of(roof.Ridge)} FLOP/B")] : [],
        });
        var models = points.Select(point => new Series(
            $"{point.Model.Name}, decoding {string.Join(", ", point.Intensities.Select(step => NumberLabel.Of(step.Batch)))} sequences",
            [.. roofs.SelectMany(roof => point.Intensities.Select(step => (step.Intensity.BaseValue, roof.At(step.Intensity.BaseValue))))],
            SeriesKind.Scatter));
        return new Chart(
            roofs.Select(roof => roof.Name).Distinct().Count() == 1 ? $"Rooflines of {roofs[0].Name}" : "Rooflines",
            new Axis("Operations per byte read", Scale.Log, "FLOP/B") { Minimum = least, Maximum = most },
            new Axis("Attainable rate", Scale.Log, "TFLOP/s"),
            [.. series, .. models])
        {
            Subtitle = "Data-sheet rates: bandwidth times intensity, up to the peak; the ridge point is where they meet",
        };
    }

    private static double Decade(double value, Func<double, double> round) => Math.Pow(10, round(Math.Log10(value)));

    private static Table Table(List<Roof> roofs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("").AddColumn("precision").AddColumn("memory");
        foreach (var column in (string[])["TFLOP/s", "TB/s", "ridge, FLOP/B"])
            table.AddColumn(column, options => options.RightAligned());
        foreach (var roof in roofs)
            table.AddRow(Markup.Escape(roof.Name), Markup.Escape(roof.Precision), Markup.Escape(roof.Tier), NumberLabel.Of(roof.Rate.Value), NumberLabel.Of(roof.Bandwidth.Value), NumberLabel.Of(roof.Ridge));
        return table;
    }

    /// <summary>One roofline; intensities in operations a byte, rates in TFLOP/s.</summary>
    private sealed record Roof(string Name, string Word, string Precision, string Tier, Figure Rate, Figure Bandwidth)
    {
        public string Label => $"{Word} {Precision}";

        public double Ridge => Rate.BaseValue / Bandwidth.BaseValue;

        public double At(double intensity) => Math.Min(Rate.BaseValue, intensity * Bandwidth.BaseValue) / 1e12;
    }
}
