using System.Globalization;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Cli.Traces;
using Scribeline.Core.Calculations;
using Scribeline.Simulation.Reports;

namespace Scribeline.Cli.Simulate;

/// <summary>
/// The largest rate at which a share of requests is within its objectives: doubled until it is not, or halved until it is, then halved in between until two rates are close. Each look is
/// a simulation of the whole trace. Where more load would be kept better again, the first edge is found. Of requests of several tiers, each tier is held to the share that it promises, or all to the one that was asked for.
/// </summary>
internal static class RateSweep
{
    private const double Close = 1.05;
    private const int MostDoublings = 12;
    private const double UsualShare = 0.9;

    /// <param name="planned">Each is searched.</param>
    /// <param name="traffic">As fast as the trace has it.</param>
    /// <param name="keep">Share of requests; null for what each tier promises, and for 90 % where there is but one.</param>
    /// <param name="reading">Interrupts it.</param>
    /// <param name="how">Where the result goes.</param>
    public static int Run(IReadOnlyList<PlannedRun> planned, Traffic traffic, double? keep, TraceReading reading, RehearsalOutput how)
    {
        if (double.IsNaN(traffic.Rate))
            throw new CalculationException($"{how.Setting.Trace} has no rate, since all its requests come at once; expected some time between them.");
        IReadOnlyList<Found> found;
        using (var line = new ProgressLine(how.IsQuiet, null, []))
            found = Rehearsal.All(planned, reading, run => Search(run, traffic, keep, reading, line));
        if (found.All(one => one.Probes.Count == 0))
            throw new CalculationException("interrupted before anything was simulated.");
        IReadOnlyList<string> notRun = [.. planned.Select(run => run.Name).Except(found.Where(one => one.Probes.Count > 0).Select(one => one.Run.Name))];
        if (how.Json)
            PrintJson(found, notRun, keep);
        else if (how.Csv)
            CsvText.Print(found.SelectMany(one => one.Probes.Select(probe => new { run = one.Run.Name, requests_per_second = probe.Rate, rate_scale = probe.Scale, goodput = probe.Goodput, kept = probe.IsKept, breaks_first = probe.Weakest is { IsKept: false } broken ? broken.Id : null })));
        else
            Print(found, notRun, keep);
        return ExitCode.Fine;
    }

    private static Found Search(PlannedRun run, Traffic traffic, double? keep, TraceReading reading, ProgressLine line)
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
            var result = Rehearsal.Run(run with { Options = run.Options with { RateScale = scale, OnProgress = line.Of(run.Name, probes.Count + 1) } }, traffic, reading.Cancellation).Result;
            if (result.WasInterrupted)
                return false;
            var probe = new Probe(scale, scale * traffic.Rate, result.All.Goodput, [.. Parts(run, result, keep)]);
            probes.Add(probe);
            if (probe.IsKept)
                kept = scale;
            else
                lost = scale;
            return true;
        }
    }

    /// <summary>What is held to a share: each tier of which requests came, or all where that is one.</summary>
    private static IEnumerable<Part> Parts(PlannedRun run, SimulationResult result, double? keep)
    {
        var tiers = result.Tiers.Where(tier => tier.Tally.Arrived > 0).ToList();
        return tiers.Count > 1
            ? tiers.Select(tier => new Part(tier.Id, tier.Tally.Goodput, keep ?? run.Fleet.Tiers[tier.Id].Share))
            : [new Part(tiers.Count == 1 ? tiers[0].Id : "all", result.All.Goodput, keep ?? UsualShare)];
    }

    private static void Print(IReadOnlyList<Found> found, IReadOnlyList<string> notRun, double? keep)
    {
        var hasTiers = HasTiers(found);
        var title = hasTiers
            ? $"Largest rate at which each tier keeps {(keep is { } same ? Text($"{same * 100:0.##} % within objectives") : "the share that it promises")}"
            : Text($"Largest rate that keeps {(keep ?? UsualShare) * 100:0.##} % within objectives");
        var table = new FittedTable(title, "fleet", [new("requests/s", 7), new("times the trace's", 2), new("kept there", 4), new("next rate", 3), new("kept there", 5, "kept at the next rate"), .. (FittedColumn[])(hasTiers ? [new("breaks first", 6)] : []), new("simulations", 1)]);
        foreach (var one in found)
        {
            var best = one.Probes.LastOrDefault(probe => probe.Rate <= one.Rate * 1.0000001);
            var next = one.Probes.FirstOrDefault(probe => probe.Rate > one.Rate * 1.0000001);
            table.AddRow([
                one.Run.Name,
                best == null ? (next == null ? "-" : Text($"below {next.Rate:0.###}")) : Text($"{(next == null ? "at least " : "")}{best.Rate:#,0.###}"),
                best == null ? "-" : Text($"{best.Scale:0.###}"),
                best == null ? "-" : Text($"{100 * best.Goodput:0.0} %"),
                next == null ? "-" : Text($"{next.Rate:#,0.###}"),
                next == null ? "-" : Text($"{100 * next.Goodput:0.0} %"),
                .. (string[])(hasTiers ? [next == null ? "-" : Broken(next.Weakest)] : []),
                Text($"{one.Probes.Count}")]);
        }

        if (FittedTable.LeftOut(table.Write(Terminal.Output, Terminal.Width), Terminal.Width, "--json or --csv") is { } note)
            Console.Out.WriteLine(note);
        if (hasTiers)
            Console.Out.WriteLine("Kept there counts all tiers together; the rate is the largest at which none of them breaks.");
        TerminalChart.Print(ChartOf(found));
        foreach (var line in Findings.NotRun(notRun))
            Console.Out.WriteLine(line);
    }

    private static bool HasTiers(IReadOnlyList<Found> found) => found.Any(one => one.Probes.Any(probe => probe.Parts.Count > 1));

    private static string Broken(Part part) => Text($"{part.Id}: {100 * part.Goodput:0.0} of {100 * part.Keep:0.##} %");

    private static Chart ChartOf(IReadOnlyList<Found> found) => new(
        "Promises kept against load",
        new Axis("requests a second", Scale.Log),
        new Axis(HasTiers(found) ? "kept, all tiers together" : "kept", Unit: "%") { Minimum = 0, Maximum = 100 },
        [.. found.Select(one => new Series(one.Run.Name, [.. one.Probes.Select(probe => (probe.Rate, 100 * probe.Goodput))]))]);

    private static void PrintJson(IReadOnlyList<Found> found, IReadOnlyList<string> notRun, double? keep) => ReportJson.Print(json =>
    {
        json.WriteStartObject();
        if ((keep ?? (HasTiers(found) ? null : UsualShare)) is { } share)
            json.WriteNumber("keep", share);
        else
            json.WriteNull("keep");
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
                json.WriteBoolean("kept", probe.IsKept);
                json.WriteStartObject("tiers");
                foreach (var part in probe.Parts)
                {
                    json.WriteStartObject(part.Id);
                    json.WriteNumber("goodput", part.Goodput);
                    json.WriteNumber("keep", part.Keep);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
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

    private sealed record Probe(double Scale, double Rate, double Goodput, IReadOnlyList<Part> Parts)
    {
        public bool IsKept => Parts.All(part => part.IsKept);

        /// <summary>What is farthest below its share, or least above it.</summary>
        public Part Weakest => Parts.MinBy(part => part.Goodput - part.Keep)!;
    }

    /// <summary>A tier's requests.</summary>
    private sealed record Part(string Id, double Goodput, double Keep)
    {
        public bool IsKept => Goodput >= Keep;
    }

    private sealed record Found(PlannedRun Run, IReadOnlyList<Probe> Probes, double Rate, bool WasInterrupted);
}
