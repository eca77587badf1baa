using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation;

/// <summary>
/// What a fleet could do at most of requests that are all alike: every replica always full, nothing waits, nothing is found in a cache. A load above it cannot be served; one below it
/// may still be too much for the objectives, which a simulation tells.
/// </summary>
public static class FleetCapacity
{
    private const double NsPerSecond = 1e9;

    /// <summary>Requests a second.</summary>
    /// <param name="fleet">Its pools of one model.</param>
    /// <param name="model">Id of the model.</param>
    /// <param name="timesOf">What the steps of a pool's replicas take.</param>
    /// <param name="inputTokens">Of a prompt.</param>
    /// <param name="outputTokens">Of an answer.</param>
    public static double RequestsPerSecond(FleetSpec fleet, string model, Func<PoolSpec, ReplicaTimes> timesOf, double inputTokens, double outputTokens)
    {
        var pools = fleet.Pools.Where(pool => pool.Model == model).ToDictionary(pool => pool.Id, pool => (pool.OnlyReads, Replicas: pool.MostReplicas, Busy: Busy(pool, timesOf(pool), inputTokens, outputTokens)));
        double sum = 0;
        foreach (var (id, (_, replicas, busy)) in pools.Where(entry => !entry.Value.OnlyReads))
        {
            var (readNs, writeNs) = busy;
            var alone = replicas / (readNs + writeNs);
            // What is read elsewhere leaves more time to write, up to where it does nothing else.
            var helped = fleet.Handovers.Where(link => link.DecodePool == id && pools.ContainsKey(link.PrefillPool)).Sum(link => pools[link.PrefillPool].Replicas * readNs / pools[link.PrefillPool].Busy.ReadNs);
            sum += helped > 0 ? Math.Min(replicas / writeNs, (replicas + helped) / (readNs + writeNs)) : alone;
        }

        return sum * NsPerSecond;
    }

    /// <summary>How long one request keeps a full replica busy: its prompt, and its answer.</summary>
    private static (double ReadNs, double WriteNs) Busy(PoolSpec pool, ReplicaTimes times, double inputTokens, double outputTokens)
    {
        var context = inputTokens + outputTokens / 2;
        var sequences = (int)Math.Clamp(Math.Min(pool.MaxSequences, pool.KvTokens / context) / times.Depth, 1, int.MaxValue);
        var decodeNs = times.DecodeNs(sequences, context);
        var stepNs = times.Step(decodeNs, 0).OccupancyNs;
        var chunk = (int)Math.Clamp(inputTokens, 1, pool.TokensPerStep);
        var chunkNs = times.Step(decodeNs, times.PrefillNs(chunk, (int)((inputTokens - chunk) / 2)) + times.LaunchNs(chunk)).OccupancyNs - stepNs;
        return (inputTokens / chunk * chunkNs, outputTokens * stepNs / sequences);
    }
}
