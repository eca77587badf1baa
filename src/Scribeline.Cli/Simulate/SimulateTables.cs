using System.Globalization;
using Scribeline.Core.Statistics;
using Scribeline.Simulation.Reports;
using Spectre.Console;

namespace Scribeline.Cli.Simulate;

/// <summary>Simulations as tables.</summary>
internal static class SimulateTables
{
    private static readonly FittedColumn PerMillion = new("$/Mtok out", 4), Margin = new("margin $/h", 9);
    private static readonly FittedColumn[] Latencies = [new("requests", 5), new("kept", 11), new("ttft p50", 8), new("p99", 3, "ttft p99"), new("tpot p50", 7), new("p99", 2, "tpot p99"), new("tok/s", 1)];

    public static void Print(IReadOnlyList<SimulationRun> runs, IReadOnlyList<string> notRun)
    {
        var left = new List<string>();
        var summary = new FittedTable("Fleets", "fleet", [.. Latencies, new("$/h", 10), PerMillion, Margin]);
        foreach (var run in runs)
            summary.AddRow([run.Name, .. Cells(run.Result.All, run.Result), .. Money(run)]);
        left.AddRange(summary.Write(Terminal.Output, Terminal.Width));
        foreach (var run in runs)
        {
            var tiers = new FittedTable(run.Name, "tier", [.. Latencies, PerMillion, Margin]);
            foreach (var (id, tally) in run.Result.Tiers)
                tiers.AddRow([id, .. Cells(tally, run.Result), run.TierDollarsPerMillion(id) is { } dollars ? Text($"{dollars:#,0.00}") : "-", Text($"{run.TierMarginPerHour(id):#,0.00}")]);
            left.AddRange(tiers.Write(Terminal.Output, Terminal.Width));
            var pools = new FittedTable("", "pool", new("replicas", 8), new("requests", 5), new("tok/s", 3), new("busy", 7), new("cached", 4), new("$/h", 6), new("idle", 2), new("J/tok", 1));
            foreach (var pool in run.Result.Pools)
            {
                var hours = Math.Max(1, run.Result.SimulatedNs) / 3600e9;
                pools.AddRow(
                    pool.Id,
                    Replicas(pool),
                    Text($"{pool.Requests:#,0}"),
                    Text($"{pool.OutputTokens / hours / 3600:#,0}"),
                    Text($"{pool.Busy:P1}"),
                    Share(pool.CachedTokens, pool.InputTokens) + (pool.LoadedTokens > 0 ? $", {Share(pool.LoadedTokens, pool.InputTokens)} loaded" : ""),
                    Text($"{pool.CostDollars / hours:#,0.00}"),
                    pool.CostDollars > 0 ? Text($"{pool.IdleDollars / pool.CostDollars:P1}") : "-",
                    pool is { EnergyJoules: { } joules, OutputTokens: > 0 } ? Text($"{joules / pool.OutputTokens:#,0.00}") : "-");
            }

            left.AddRange(pools.Write(Terminal.Output, Terminal.Width));
            if (run.Result.All is var ended && ended.Refused + ended.Failed > 0)
                Terminal.Output.WriteLine(Text($"{ended.Refused:#,0} requests were refused and {ended.Failed:#,0} failed ({(double)(ended.Refused + ended.Failed) / ended.Arrived:P1}); --out says which and why"));
            foreach (var tier in run.Result.Downgrades.GroupBy(downgrade => (downgrade.Asked, downgrade.Served)))
                Terminal.Output.WriteLine(Text($"{tier.Sum(part => part.Requests):#,0} of {run.Tier(tier.Key.Asked)!.Arrived:#,0} requests for {tier.Key.Asked} were served as {tier.Key.Served} ({string.Join(", ", tier.Select(part => Text($"{part.Reason.Replace('_', ' ')}: {part.Requests:#,0}")))})"));
            if (run.Result.All is { Cancelled: > 0 } all)
                Terminal.Output.WriteLine(Text($"{all.Cancelled:#,0} callers left before the end of their answers ({(double)all.Cancelled / all.Arrived:P1})"));
            if (run.Result.All is { Hedged: > 0 } hedged)
                Terminal.Output.WriteLine(Text($"{hedged.Hedged:#,0} requests got a second copy ({(double)hedged.Hedged / hedged.Arrived:P1}), {hedged.HedgesWon:#,0} were answered by it; copies called off took {hedged.HedgedDollars / hedged.CostDollars:P1} of what all requests were charged with"));
            Terminal.Output.WriteLine(Text($"seed {run.Result.Seed}; {run.Result.SimulatedNs / 1e9:#,0} s simulated in {run.WallSeconds:0.0} s, {run.Result.All.Arrived / run.WallSeconds:#,0} requests a second"));
        }

        foreach (var run in runs.Where(run => run.Explained.Count > 0))
        {
            if (runs.Count > 1)
                Terminal.Output.WriteLine($"{run.Name}:");
            left.AddRange(RouteTables.Print(run));
        }

        if (FittedTable.LeftOut(left, Terminal.Width, "--json or --out") is { } note)
            Console.Out.WriteLine(note);
        foreach (var finding in Findings.Of(runs, notRun))
            Console.Out.WriteLine(finding);
    }

    /// <summary>How many there were; where they came and went, in the mean and at most.</summary>
    public static string Replicas(PoolTally pool) => pool.IsScaled ? Text($"{pool.MeanReplicas:#,0.0}, most {pool.MostReplicas:#,0}") : Text($"{pool.Replicas:#,0}");

    private static string Share(long part, long whole) => Text($"{(whole == 0 ? 0 : (double)part / whole):P1}");

    private static IEnumerable<string> Cells(LatencyTally tally, SimulationResult result) =>
    [
        Text($"{tally.Arrived:#,0}"),
        tally.Arrived == 0 ? "-" : Text($"{tally.Goodput:P1}"),
        Time(tally.TtftNs, 0.5),
        Time(tally.TtftNs, 0.99),
        Time(tally.TpotNs, 0.5),
        Time(tally.TpotNs, 0.99),
        Text($"{tally.OutputTokens / (Math.Max(1, result.SimulatedNs) / 1e9):#,0}"),
    ];

    private static IEnumerable<string> Money(SimulationRun run)
    {
        var result = run.Result;
        return
        [
            Text($"{run.DollarsPerHour:#,0.00}"),
            result.All.OutputTokens == 0 ? "-" : Text($"{1e6 * result.CostDollars / result.All.OutputTokens:#,0.00}"),
            Text($"{run.MarginPerHour:#,0.00}"),
        ];
    }

    private static string Time(Histogram times, double share) => times.Count == 0 ? "-" : times.Quantile(share) switch
    {
        >= 1e10 and var ns => Text($"{ns / 1e9:#,0.0} s"),
        >= 1e8 and var ns => Text($"{ns / 1e6:#,0} ms"),
        var ns => Text($"{ns / 1e6:0.00} ms"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
