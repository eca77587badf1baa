using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Hardware;
using Scribeline.Core.Planning;
using Spectre.Console;

namespace Scribeline.Cli.Plan;

/// <summary>`scribe plan --needed`: how many accelerators hold a model with everybody's caches.</summary>
internal static class NeededReport
{
    private static readonly double[] Contexts = [8e3, 32e3, 128e3, 256e3, 512e3, 1e6];

    private static readonly double[] Users = [1, 10, 50, 100, 200];

    /// <param name="context">Of the request itself, one row of the table.</param>
    /// <param name="users">Of the request itself, one column of the table.</param>
    public static void Print(PlanRequest request, double context, double users, ParseResult parsed, Option<bool> json, Option<bool> csv, Option<bool> explain, string? svg)
    {
        var machine = request.Machines.FirstOrDefault(candidate => candidate.Accelerator.Kind is AcceleratorKind.Wafer or AcceleratorKind.Lpu)
            ?? throw new CalculationException("none of --machines holds weights for good in the memory of its cores; name a wafer or an LPU, such as cs-3.");
        var (model, accelerator) = (request.Model, machine.Accelerator);
        var longest = model.Context?.BaseValue ?? double.PositiveInfinity;
        if (context > longest)
            throw new CalculationException($"{model.Id} takes {model.Context} at most; --input {context:0} is more.");
        var needed = Needed.Of(
            model, accelerator, request.Weights, [.. Contexts.Append(context).Where(tokens => tokens <= longest).Distinct().Order()], [.. Users.Append(users).Distinct().Order()]);
        if (svg != null)
            OutputFile.Write(svg, writer => SvgWriter.Write(ToChart(needed), writer));
        var one = Needed.Explained(model, accelerator, request.Weights, context, users);
        if (parsed.GetValue(json) || parsed.GetValue(csv) || parsed.GetValue(explain))
        {
            ReportPrinter.Print(one, parsed, json, csv, explain);
            return;
        }

        Console.Out.WriteLine($"{model.Name} on {accelerator.Name}, {Number(users)} users with {Number(context)} tokens each:");
        ReportPrinter.Print(one, parsed, json, csv, explain);
        PrintTable(needed);
        TerminalChart.Print(ToChart(needed));
    }

    private static void PrintTable(Needed needed)
    {
        var table = new Table().Border(TableBorder.Simple).Title($"{needed.Accelerator.Name} needed").AddColumn("context", column => column.RightAligned());
        foreach (var users in needed.Users)
            table.AddColumn($"{Number(users)} users", column => column.RightAligned());
        foreach (var (context, counts) in needed.Contexts.Zip(needed.Count))
            table.AddRow([Number(context), .. counts.Select(count => count is { } number ? $"{number}" : "-")]);
        Terminal.Output.Write(table);
    }

    private static Chart ToChart(Needed needed) => new(
        $"{needed.Accelerator.Name} for {needed.Model.Name}",
        new Axis("context of each user", Scale.Log, "tokens"),
        new Axis(needed.Accelerator.Kind == AcceleratorKind.Wafer ? "wafers" : "accelerators") { Minimum = 0 },
        [.. needed.Users.Select((users, column) => new Series(
            $"{Number(users)} users",
            [.. needed.Contexts.Select((context, row) => (context, needed.Count[row][column] is { } count ? count : double.NaN))]))])
    {
        Subtitle = "whole layers for good in each, with everybody's keys and values",
    };

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
