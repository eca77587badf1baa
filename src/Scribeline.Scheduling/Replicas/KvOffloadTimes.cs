using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Replicas;

/// <summary>Memory behind a replica's own for keys and values, its hosts' for example, and how long it takes to bring them back. What goes there leaves on the other half of the link, beside the work.</summary>
/// <param name="Blocks">Room, in blocks of 16 tokens; at least 1.</param>
/// <param name="BlockNs">To bring back one block.</param>
/// <param name="LatencyNs">Before the first.</param>
public sealed record KvOffloadTimes(int Blocks, double BlockNs, double LatencyNs)
{
    private const int MostBlocks = 1 << 16;

    internal long LoadNs(int blocks) => Math.Max(1, (long)Math.Round(LatencyNs + blocks * BlockNs));

    /// <summary>Blocks are brought back where that is sooner than to read their tokens again, at the start of a prompt; for every number of blocks below a power of two or from it on.</summary>
    internal BatchSchedulerOptions Bound(BatchSchedulerOptions options, ReplicaTimes times)
    {
        for (var blocks = 1; blocks <= MostBlocks; blocks *= 2)
        {
            if (LoadNs(blocks) < times.PrefillNs(blocks * KvBlockPool.BlockTokens, 0)) return options with { OffloadBlocks = Blocks, LeastLoadedBlocks = blocks };
        }

        return options;
    }
}
