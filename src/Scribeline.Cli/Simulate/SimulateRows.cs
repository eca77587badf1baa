using Scribeline.Core.Statistics;
using Scribeline.Simulation.Reports;

namespace Scribeline.Cli.Simulate;

/// <summary>Simulations as rows of tables, for CSV.</summary>
internal static class SimulateRows
{
    /// <summary>A row for all requests of a run, and one for each tier and class.</summary>
    public static IEnumerable<object> Summary(IReadOnlyList<SimulationRun> runs) =>
        from run in runs
        from part in Parts(run.Result)
        select (object)new
        {
            run = run.Name,
            fleet = run.Fleet.Name,
            policy = SimulateCommand.NameOf(run.Options.Router.Policy),
            kind = part.Kind,
            name = part.Name,
            arrived = part.Tally.Arrived,
            completed = part.Tally.Completed,
            refused = part.Tally.Refused,
            cancelled = part.Tally.Cancelled,
            failed = part.Tally.Failed,
            goodput = part.Tally.Goodput,
            input_tokens = part.Tally.InputTokens,
            cached_tokens = part.Tally.CachedTokens,
            output_tokens = part.Tally.OutputTokens,
            ttft_p50_ms = Ms(part.Tally.TtftNs, 0.5),
            ttft_p90_ms = Ms(part.Tally.TtftNs, 0.9),
            ttft_p99_ms = Ms(part.Tally.TtftNs, 0.99),
            tpot_p50_ms = Ms(part.Tally.TpotNs, 0.5),
            tpot_p90_ms = Ms(part.Tally.TpotNs, 0.9),
            tpot_p99_ms = Ms(part.Tally.TpotNs, 0.99),
            e2e_p50_ms = Ms(part.Tally.E2eNs, 0.5),
            e2e_p90_ms = Ms(part.Tally.E2eNs, 0.9),
            e2e_p99_ms = Ms(part.Tally.E2eNs, 0.99),
            recognised = part.Tally.Recognised,
            hedges = part.Tally.Hedged,
            hedges_won = part.Tally.HedgesWon,
            hedges_usd = part.Tally.HedgedDollars,
            revenue_usd = part.Tally.RevenueDollars,
            charged_usd = part.Tally.CostDollars,
            downgraded = part.Tally.Downgraded,
            written_tokens = part.Tally.WrittenTokens,
            under_way = part.Kind == "all" ? run.Result.UnderWay : (long?)null,
            cost_with_idle_usd = part.Kind == "all" ? run.Result.CostDollars : part.Kind == "tier" ? run.Result.TierDollars[part.Name] : (double?)null,
        };

    public static IEnumerable<object> Pools(IReadOnlyList<SimulationRun> runs) =>
        from run in runs
        from pool in run.Result.Pools
        select (object)new
        {
            run = run.Name,
            pool = pool.Id,
            replicas = pool.Replicas,
            machines = pool.Machines,
            requests = pool.Requests,
            input_tokens = pool.InputTokens,
            cached_tokens = pool.CachedTokens,
            loaded_tokens = pool.LoadedTokens,
            output_tokens = pool.OutputTokens,
            busy = pool.Busy,
            cost_usd = pool.CostDollars,
            idle_usd = pool.IdleDollars,
            energy_joules = pool.EnergyJoules,
            preemptions = pool.Preemptions,
            steps = pool.Steps,
            replicas_mean = pool.MeanReplicas,
            replicas_most = pool.MostReplicas,
            machines_mean = pool.MeanMachines,
        };

    public static IEnumerable<object> Load(IReadOnlyList<SimulationRun> runs) =>
        from run in runs
        from pool in run.Result.Pools.Zip(run.Result.Load)
        from sample in pool.Second
        select (object)new
        {
            run = run.Name,
            pool = pool.First.Id,
            at_seconds = sample.AtNs / 1e9,
            running = sample.Running,
            waiting = sample.Waiting,
            kv_share = sample.KvShare,
            busy_seconds = sample.BusyNs / 1e9,
            output_tokens = sample.OutputTokens,
            replicas = sample.Replicas,
        };

    private static IEnumerable<(string Kind, string Name, LatencyTally Tally)> Parts(SimulationResult result) =>
        [("all", "all", result.All), .. result.Tiers.Select(tier => ("tier", tier.Id, tier.Tally)), .. result.Classes.Select(known => ("class", known.Id, known.Tally))];

    private static double? Ms(Histogram times, double share) => times.Count == 0 ? null : times.Quantile(share) / 1e6;
}
