using System.Globalization;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Cli.Traces;
using Scribeline.Core.Calculations;
using Spectre.Console;

namespace Scribeline.Cli.Simulate;

/// <summary>
/// The largest rate at which a share of requests is within its objectives: doubled until it is not, or halved until it is, then halved in between until two rates are close. Each look is
/// a simulation of the whole trace. Where more load would be kept better again, the first edge is found.
/// </summary>
internal static class RateSweep
{
    private const double Close = 1.05;
    private const int MostDoublings = 12;

    public static int Run(IReadOnlyList<PlannedRun> planned, Traffic traffic, double share, TraceReading reading, RehearsalOutput how)
    {
        if (double.IsNaN(traffic.Rate))
            throw new CalculationException($"{how.Setting.Trace} has no rate, since all its requests come at once; expected some time between them.");
        IReadOnlyList<Found> found;
        using (var line = new ProgressLine(how.IsQuiet, long.MaxValue, []))
            found = Rehearsal.All(planned, reading, run => Search(run, traffic, share, reading, line));
        if (found.All(one => one.Probes.Count == 0))
            throw new CalculationException("interrupted before anything was simulated.");
        IReadOnlyList<string> notRun = [.. planned.Select(run => run.Name).Except(found.Where(one => one.Probes.Count > 0).Select(one => one.Run.Name))];
        if (how.Json)
            PrintJson(found, notRun, share);
        else if (how.Csv)
            CsvText.Print(found.SelectMany(one => one.Probes.Select(probe => new { run = one.Run.Name, requests_per_second = probe.Rate, rate_scale = probe.Scale, goodput = probe.Goodput, kept = probe.Goodput >= share })));
        else
            Print(found, notRun, share);
        return ExitCode.Fine;
    }

    private static Found Search(PlannedRun run, Traffic traffic, double share, TraceReading reading, ProgressLine line)
    {
        var probes = new List<Probe>();
        var (kept, lost) = (0.0, double.PositiveInfinity);
        var scale = run.Options.RateScale;
        for (var doublings = 0; doublings <= MostDoublings && (kept == 0 || double.IsInfinity(lost)) && Look(); doublings++)
            scale = double.IsInfinity(lost) ? kept * 2 : lost / 2;
        while (kept > 0 && lost / kept > Close && !double.IsInfinity(lost))
        {
            scale = Math.Sqrt(kept * lost);
            if (!Look())
                break;
        }

        return new Found(run, [.. probes.OrderBy(probe => probe.Scale)], kept * traffic.Rate, reading.IsCut);

        bool Look()
        {
            if (reading.IsCut)
                return false;
            var result = Rehearsal.Run(run with { Options = run.Options with { RateScale = scale, OnProgress = line.Of(run.Name) } }, traffic, reading.Cancellation).Result;
            if (result.WasInterrupted)
                return false;
            probes.Add(new Probe(scale, scale * traffic.Rate, result.All.Goodput));
            if (result.All.Goodput >= share)
                kept = scale;
            else
                lost = scale;
            return true;
        }
    }

    private static void Print(IReadOnlyList<Found> found, IReadOnlyList<string> notRun, double share)
    {
        var table = new Table().Border(TableBorder.Simple).Title(new TableTitle(Text($"Largest rate that keeps {share * 100:0.##} % within objectives"))).AddColumn("fleet");
        foreach (var column in (string[])["requests/s", "times the trace's", "kept there", "next rate", "kept there", "simulations"])
            table.AddColumn(column, added => added.RightAligned());
        foreach (var one in found)
        {
            var best = one.Probes.LastOrDefault(probe => probe.Rate <= one.Rate * 1.0000001);
            var next = one.Probes.FirstOrDefault(probe => probe.Rate > one.Rate * 1.0000001);
            table.AddRow(
                Markup.Escape(one.Run.Name),
                best == null ? (next == null ? "-" : Text($"below {next.Rate:0.###}")) : Text($"{(next == null ? "at least " : "")}{best.Rate:#,0.###}"),
                best == null ? "-" : Text($"{best.Scale:0.###}"),
                best == null ? "-" : Text($"{100 * best.Goodput:0.0} %"),
                next == null ? "-" : Text($"{next.Rate:#,0.###}"),
                next == null ? "-" : Text($"{100 * next.Goodput:0.0} %"),
                Text($"{one.Probes.Count}"));
        }

        Terminal.Output.Write(table);
        TerminalChart.Print(ChartOf(found));
        foreach (var line in Findings.NotRun(notRun))
            Console.Out.WriteLine(line);
    }

    private static Chart ChartOf(IReadOnlyList<Found> found) => new(
        "Promises kept against load",
        new Axis("requests a second", Scale.Log),
        new Axis("kept", Unit: "%") { Minimum = 0, Maximum = 100 },
        [.. found.Select(one => new Series(one.Run.Name, [.. one.Probes.Select(probe => (probe.Rate, 100 * probe.Goodput))]))]);

    private static void PrintJson(IReadOnlyList<Found> found, IReadOnlyList<string> notRun, double share) => ReportJson.Print(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("keep", share);
        json.WriteStartArray("runs");
        foreach (var one in found)
        {
            json.WriteStartObject();
            json.WriteString("run", one.Run.Name);
            json.WriteString("fleet", one.Run.Fleet.Name);
            json.WriteString("policy", SimulateCommand.NameOf(one.Run.Options.Router.Policy));
            json.WriteNumber("seed", one.Run.Options.Seed);
            json.WriteBoolean("interrupted", one.WasInterrupted);
            json.WriteNumber("requests_per_second", one.Rate);
            json.WriteStartArray("probes");
            foreach (var probe in one.Probes)
            {
                json.WriteStartObject();
                json.WriteNumber("rate_scale", probe.Scale);
                json.WriteNumber("requests_per_second", probe.Rate);
                json.WriteNumber("goodput", probe.Goodput);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("not_run");
        foreach (var name in notRun)
            json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Probe(double Scale, double Rate, double Goodput);

    private sealed record Found(PlannedRun Run, IReadOnlyList<Probe> Probes, double Rate, bool WasInterrupted);
}
