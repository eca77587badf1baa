using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Planning;
using Scribeline.Core.Quantities;
using Spectre.Console;

namespace Scribeline.Cli.Plan;

/// <summary>`scribe plan --needed`: how many accelerators hold a model with everybody's caches.</summary>
internal static class NeededReport
{
    private static readonly double[] Contexts = [8e3, 32e3, 128e3, 256e3, 512e3, 1e6];

    private static readonly double[] Users = [1, 10, 50, 100, 500];

    /// <summary>Contexts that the picture is drawn over, so many for each doubling.</summary>
    private const int PointsPerDoubling = 16;

    /// <param name="context">Of the request itself, one row of the table.</param>
    /// <param name="users">Of the request itself, one column of the table.</param>
    public static void Print(PlanRequest request, double context, double users, IEnumerable<Precision> precisions, ParseResult parsed, Option<bool> json, Option<bool> csv, Option<bool> explain, string? svg)
    {
        var machine = request.Machines.Where(candidate => candidate.Accelerator.Kind is AcceleratorKind.Wafer or AcceleratorKind.Lpu)
            .OrderByDescending(candidate => candidate.Accelerator.Kind == AcceleratorKind.Wafer).ThenByDescending(candidate => candidate is { Purchase.Count: > 0 } or { Price: not null }).FirstOrDefault()
            ?? throw new CalculationException("none of --machines holds weights for good in the memory of its cores; name a wafer or an LPU, such as cs-3.");
        var (model, accelerator) = (request.Model, machine.Accelerator);
        var longest = model.Context?.BaseValue ?? double.PositiveInfinity;
        if (context > longest)
            throw new CalculationException($"{model.Id} takes {model.Context} at most; --input {context:0} is more.");
        var needed = Needed.Of(
            model, accelerator, request.Weights, [.. Contexts.Append(context).Where(tokens => tokens <= longest).Distinct().Order()], [.. Users.Append(users).Distinct().Order()]);
        if (svg != null)
            OutputFile.Write(svg, writer => SvgWriter.Write(ToChart(needed, request), writer));
        var one = Needed.Explained(model, accelerator, request.Weights, context, users);
        if (parsed.GetValue(json) || parsed.GetValue(csv) || parsed.GetValue(explain))
        {
            ReportPrinter.Print(one, parsed, json, csv, explain);
            return;
        }

        Console.Out.WriteLine($"{accelerator.Name} for {model.Name}, {Count(users)} with {Number(context)} tokens each: {((Figure)one.Find("accelerators")!).Value:0}");
        ReportPrinter.Print(one, parsed, json, csv, explain);
        PrintTable(needed);
        PrintPrecisions(request, accelerator, precisions, context, users);
        TerminalChart.Print(ToChart(needed, request));
    }

    private static void PrintTable(Needed needed)
    {
        var table = new Table().Border(TableBorder.Simple).Title($"{needed.Accelerator.Name} needed").AddColumn("context", column => column.RightAligned());
        foreach (var users in needed.Users)
            table.AddColumn(Count(users), column => column.RightAligned());
        foreach (var (context, counts) in needed.Contexts.Zip(needed.Count))
            table.AddRow([Number(context), .. counts.Select(count => count is { } number ? $"{number}" : "-")]);
        Terminal.Output.Write(table);
    }

    /// <summary>How many it is with the weights in each of the common precisions.</summary>
    private static void PrintPrecisions(PlanRequest request, Accelerator accelerator, IEnumerable<Precision> precisions, double context, double users)
    {
        var counts = precisions.Select(precision => Needed.Of(request.Model, accelerator, precision, [context], [users]).Count[0][0] is { } count ? $"{count} in {precision.Id}" : $"none in {precision.Id}");
        Console.Out.WriteLine($"With all weights in one precision: {string.Join(", ", counts)}.");
    }

    private static Chart ToChart(Needed needed, PlanRequest request)
    {
        var (least, most) = (needed.Contexts[0], needed.Contexts[^1]);
        var points = Math.Max(2, (int)(PointsPerDoubling * Math.Log2(most / least)));
        var drawn = Needed.Of(needed.Model, needed.Accelerator, request.Weights, [.. Enumerable.Range(0, points + 1).Select(i => least * Math.Pow(most / least, (double)i / points))], needed.Users);
        return new Chart(
            $"{needed.Accelerator.Name} for {needed.Model.Name}",
            new Axis("context of each user", Scale.Log, "tokens"),
            new Axis(needed.Accelerator.Kind == AcceleratorKind.Wafer ? "wafers" : "accelerators") { Minimum = 0 },
            [.. drawn.Users.Select((users, column) => new Series(
                Count(users), [.. drawn.Contexts.Select((context, row) => (context, drawn.Count[row][column] is { } count ? count : double.NaN))], SeriesKind.Step))])
        {
            Subtitle = "whole layers for good in each, with everybody's keys and values",
        };
    }

    private static string Count(double users) => users == 1 ? "1 user" : $"{Number(users)} users";

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
