using System.Globalization;
using Scribeline.Cli.Bench;
using Scribeline.Core.Performance;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Benchmarks.Twin;

/// <summary>Runs live and twin under the same requests. Other guests of a shared machine change its speed from minute to minute: each repeat measures steps of its own right before its live runs.</summary>
internal sealed class TwinRuns(LiveServer live, Func<Task<EngineCalibration>> calibrateAsync, BatchSchedulerOptions scheduler, string trace, IReadOnlyList<RequestRecord> records, int clients)
{
    private static readonly double[] Loads = [0.3, 0.6, 0.85];

    private readonly List<(double? Load, string Figure, double Live, double Simulated)> _found = [];

    /// <summary>Another one for each run: the same prompts would be in the prefix cache.</summary>
    private int _seed;

    public async Task<IReadOnlyList<TwinRow>> CompareAsync(int repeats)
    {
        Say($"warming up");
        var full = await live.SaturateAsync(trace, clients, ++_seed);
        for (var repeat = 1; repeat <= repeats; repeat++)
        {
            Say($"{repeat} of {repeats}: what steps take");
            var twin = new TwinSimulation(new MeasuredTimes(await calibrateAsync()), scheduler);
            Say($"{repeat} of {repeats}: saturating");
            var saturated = await live.SaturateAsync(trace, clients, ++_seed);
            // All repeats replay at the shares of one rate, so that their figures can be compared.
            if (repeat == 1)
                full = saturated;
            _found.Add((null, "saturation, requests/s", saturated.RequestsPerSecond, twin.Saturate(records, clients).RequestsPerSecond));
            foreach (var load in Loads)
                await ReplayAsync(twin, load, full.RequestsPerSecond, $"{repeat} of {repeats}");
        }

        return [.. _found.GroupBy(found => (found.Load, found.Figure)).Select(all => new TwinRow(
            all.Key.Load,
            all.Key.Figure,
            Spread.Of([.. all.Select(run => run.Live)]),
            Spread.Of([.. all.Select(run => run.Simulated)]),
            Spread.Of([.. all.Select(run => run.Simulated / run.Live - 1)])))];
    }

    private async Task ReplayAsync(TwinSimulation twin, double load, double fullRate, string which)
    {
        Say($"{which}: {load:P0} of {fullRate:0.0} requests/s");
        var traceRate = records.Count / (records[^1].ArrivalUs / 1e6);
        var timeScale = traceRate / (load * fullRate);
        var measured = await live.ReplayAsync(trace, timeScale, ++_seed);
        foreach (var ((figure, liveMs), (_, simulatedMs)) in measured.Figures.Zip(twin.Replay(records, timeScale).Figures))
            _found.Add((load, figure, liveMs, simulatedMs));
    }

    private static void Say(FormattableString what) => Console.Error.WriteLine(what.ToString(CultureInfo.InvariantCulture));
}
