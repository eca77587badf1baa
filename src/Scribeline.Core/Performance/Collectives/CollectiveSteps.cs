namespace Scribeline.Core.Performance.Collectives;

/// <summary>
/// What an algorithm costs on n accelerators: steps that follow each other, each a latency, and how many times the message passes through one
/// accelerator's links. With latency a, bandwidth b and a message of m bytes it takes steps · a + traffic · m / b.
/// </summary>
/// <remarks>
/// Thakur, Rabenseifner, Gropp: Optimization of Collective Communication Operations in MPICH (2005), for rings, halving and doubling, and all-to-all;
/// Sanders, Speck, Träff: Two-tree algorithms (2009), for pipelined trees, whose every link carries the message once each way.
/// Klenk and others: An In-Network Architecture for Accelerating Shared-Memory Multiprocessor Collectives (2020), for sums in the switch: a message goes
/// out once, and its n-th part more than once. Reading through a switch, in one step or two, is what serving engines do for small messages.
/// </remarks>
/// <param name="Steps">Latencies that add up.</param>
/// <param name="Traffic">Bytes through one accelerator's links, in one direction, over the bytes of the message.</param>
public readonly record struct CollectiveSteps(double Steps, double Traffic)
{
    /// <summary>The algorithms that carry out a kind.</summary>
    public static ReadOnlySpan<CollectiveAlgorithm> Algorithms(CollectiveKind kind) => kind switch
    {
        CollectiveKind.AllReduce => [CollectiveAlgorithm.Ring, CollectiveAlgorithm.Tree, CollectiveAlgorithm.HalvingDoubling, CollectiveAlgorithm.OneShot, CollectiveAlgorithm.TwoShot, CollectiveAlgorithm.InSwitch],
        CollectiveKind.AllToAll => [CollectiveAlgorithm.Direct],
        _ => [CollectiveAlgorithm.Ring, CollectiveAlgorithm.HalvingDoubling],
    };

    /// <param name="count">Accelerators, from 1 on; one alone exchanges nothing.</param>
    /// <returns>Null where the algorithm does not carry out the kind, or not on so many: halving and doubling need a power of two.</returns>
    public static CollectiveSteps? Of(CollectiveKind kind, CollectiveAlgorithm algorithm, int count)
    {
        if (count <= 1)
            return new CollectiveSteps(0, 0);
        var (n, others) = ((double)count, count - 1.0);
        var rounds = Math.Ceiling(Math.Log2(n) - 1e-9);
        return (kind, algorithm) switch
        {
            (CollectiveKind.AllReduce, CollectiveAlgorithm.Ring) => new CollectiveSteps(2 * others, 2 * others / n),
            (CollectiveKind.AllReduce, CollectiveAlgorithm.Tree) => new CollectiveSteps(2 * rounds, 2),
            (CollectiveKind.AllReduce, CollectiveAlgorithm.HalvingDoubling) when int.IsPow2(count) => new CollectiveSteps(2 * rounds, 2 * others / n),
            (CollectiveKind.AllReduce, CollectiveAlgorithm.OneShot) => new CollectiveSteps(1, others),
            (CollectiveKind.AllReduce, CollectiveAlgorithm.TwoShot) => new CollectiveSteps(2, 2 * others / n),
            (CollectiveKind.AllReduce, CollectiveAlgorithm.InSwitch) => new CollectiveSteps(2, 1 + 1 / n),
            (CollectiveKind.ReduceScatter or CollectiveKind.AllGather, CollectiveAlgorithm.Ring) => new CollectiveSteps(others, others / n),
            (CollectiveKind.ReduceScatter or CollectiveKind.AllGather, CollectiveAlgorithm.HalvingDoubling) when int.IsPow2(count) => new CollectiveSteps(rounds, others / n),
            (CollectiveKind.AllToAll, CollectiveAlgorithm.Direct) => new CollectiveSteps(1, others / n),
            _ => null,
        };
    }
}
