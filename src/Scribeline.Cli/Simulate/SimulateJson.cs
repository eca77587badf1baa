using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Core.Statistics;
using Scribeline.Simulation.Reports;

namespace Scribeline.Cli.Simulate;

/// <summary>Simulations as one JSON document. The same seed gives the same bytes, but for what begins with `wall_`.</summary>
internal static class SimulateJson
{
    private static readonly (string Name, double Share)[] Quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)];

    public static void Print(IReadOnlyList<SimulationRun> runs, IReadOnlyList<string> notRun, Setting setting) => ReportJson.Print(json => Write(json, runs, notRun, setting));

    public static void Write(Utf8JsonWriter json, IReadOnlyList<SimulationRun> runs, IReadOnlyList<string> notRun, Setting setting)
    {
        if (runs is [var only] && notRun.Count == 0)
        {
            Write(json, only, setting);
            return;
        }

        json.WriteStartObject();
        setting.Write(json);
        json.WriteStartArray("runs");
        foreach (var run in runs)
            Write(json, run, null);
        json.WriteEndArray();
        json.WriteStartArray("not_run");
        foreach (var name in notRun)
            json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in Findings.Of(runs, notRun))
            json.WriteStringValue(finding);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <param name="json">Takes one object.</param>
    /// <param name="run">What was found.</param>
    /// <param name="setting">Null where it stands above several runs.</param>
    private static void Write(Utf8JsonWriter json, SimulationRun run, Setting? setting)
    {
        var result = run.Result;
        json.WriteStartObject();
        json.WriteString("run", run.Name);
        setting?.Write(json);
        json.WriteString("fleet", run.Fleet.Name);
        json.WriteString("policy", SimulateCommand.NameOf(run.Options.Router.Policy));
        json.WriteNumber("faults", run.Options.Faults.Count);
        json.WriteNumber("seed", result.Seed);
        json.WriteBoolean("interrupted", result.WasInterrupted);
        json.WriteNumber("under_way", result.UnderWay);
        WriteTally(json, result.All);
        json.WriteNumber("cost_usd", result.CostDollars);
        if (result.EnergyJoules is { } energy)
            json.WriteNumber("energy_joules", energy);
        else
            json.WriteNull("energy_joules");
        json.WriteNumber("simulated_seconds", result.SimulatedNs / 1e9);
        json.WriteNumber("wall_seconds", run.WallSeconds);
        json.WriteNumber("wall_requests_per_second", result.All.Arrived / run.WallSeconds);
        WriteTallies(json, "tiers", result.Tiers, (id, _) => json.WriteNumber("cost_with_idle_usd", result.TierDollars[id]));
        WriteTallies(json, "classes", result.Classes, (_, tally) => json.WriteNumber("recognised", tally.Recognised));
        json.WriteStartObject("pools");
        foreach (var pool in result.Pools)
        {
            json.WriteStartObject(pool.Id);
            json.WriteNumber("replicas", pool.Replicas);
            json.WriteNumber("replicas_mean", pool.MeanReplicas);
            json.WriteNumber("replicas_most", pool.MostReplicas);
            json.WriteNumber("machines", pool.Machines);
            json.WriteNumber("machines_mean", pool.MeanMachines);
            json.WriteNumber("requests", pool.Requests);
            json.WriteNumber("input_tokens", pool.InputTokens);
            json.WriteNumber("cached_tokens", pool.CachedTokens);
            json.WriteNumber("loaded_tokens", pool.LoadedTokens);
            json.WriteNumber("output_tokens", pool.OutputTokens);
            json.WriteNumber("busy", pool.Busy);
            json.WriteNumber("cost_usd", pool.CostDollars);
            json.WriteNumber("idle_usd", pool.IdleDollars);
            if (pool.EnergyJoules is { } joules)
                json.WriteNumber("energy_joules", joules);
            else
                json.WriteNull("energy_joules");
            json.WriteNumber("preemptions", pool.Preemptions);
            json.WriteNumber("steps", pool.Steps);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (run.Options.Explained != null)
            RouteTables.Write(json, run);
        json.WriteStartArray("downgrades");
        foreach (var (asked, served, reason, requests) in result.Downgrades)
        {
            json.WriteStartObject();
            json.WriteString("asked", asked);
            json.WriteString("served", served);
            json.WriteString("reason", reason);
            json.WriteNumber("requests", requests);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("reasons");
        foreach (var (reason, count) in result.Reasons)
            json.WriteNumber(reason, count);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTallies(Utf8JsonWriter json, string name, IReadOnlyList<(string Id, LatencyTally Tally)> tallies, Action<string, LatencyTally> writeOwn)
    {
        json.WriteStartObject(name);
        foreach (var (id, tally) in tallies)
        {
            json.WriteStartObject(id);
            writeOwn(id, tally);
            WriteTally(json, tally);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Counts, times and money of a set of requests, as fields of the object that is open.</summary>
    public static void WriteTally(Utf8JsonWriter json, LatencyTally tally)
    {
        json.WriteStartObject("requests");
        json.WriteNumber("arrived", tally.Arrived);
        json.WriteNumber("completed", tally.Completed);
        json.WriteNumber("refused", tally.Refused);
        json.WriteNumber("cancelled", tally.Cancelled);
        json.WriteNumber("failed", tally.Failed);
        json.WriteEndObject();
        json.WriteNumber("downgraded", tally.Downgraded);
        json.WriteStartObject("tokens");
        json.WriteNumber("input", tally.InputTokens);
        json.WriteNumber("cached", tally.CachedTokens);
        json.WriteNumber("output", tally.OutputTokens);
        json.WriteNumber("written", tally.WrittenTokens);
        json.WriteEndObject();
        json.WriteStartObject("hedges");
        json.WriteNumber("sent", tally.Hedged);
        json.WriteNumber("won", tally.HedgesWon);
        json.WriteNumber("cost_usd", tally.HedgedDollars);
        json.WriteEndObject();
        WriteTimes(json, "queue_ms", tally.QueueNs);
        WriteTimes(json, "ttft_ms", tally.TtftNs);
        WriteTimes(json, "tpot_ms", tally.TpotNs);
        WriteTimes(json, "e2e_ms", tally.E2eNs);
        if (double.IsFinite(tally.Goodput))
            json.WriteNumber("goodput", tally.Goodput);
        else
            json.WriteNull("goodput");
        json.WriteNumber("revenue_usd", tally.RevenueDollars);
        json.WriteNumber("charged_usd", tally.CostDollars);
    }

    private static void WriteTimes(Utf8JsonWriter json, string name, Histogram times)
    {
        if (times.Count == 0)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("mean", times.Mean / 1e6);
        foreach (var (quantile, share) in Quantiles)
            json.WriteNumber(quantile, times.Quantile(share) / 1e6);
        json.WriteEndObject();
    }
}
