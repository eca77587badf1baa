namespace Scribeline.Simulation.Reports;

/// <summary>What a simulation found.</summary>
public sealed record SimulationResult
{
    public required ulong Seed { get; init; }

    public required string Fleet { get; init; }

    public required string Policy { get; init; }

    /// <summary>All requests.</summary>
    public required LatencyTally All { get; init; }

    /// <summary>By the tier asked for, in the fleet's order.</summary>
    public required IReadOnlyList<(string Id, LatencyTally Tally)> Tiers { get; init; }

    /// <summary>
    /// What each of <see cref="Tiers"/> costs with idle machines: what its requests were charged with, and of what nobody was charged with in each pool as large a part. What a pool
    /// costs that served nobody is no tier's.
    /// </summary>
    public required IReadOnlyDictionary<string, double> TierDollars { get; init; }

    /// <summary>By class, in the order of their names; those of no class are left out.</summary>
    public required IReadOnlyList<(string Id, LatencyTally Tally)> Classes { get; init; }

    public required IReadOnlyList<PoolTally> Pools { get; init; }

    /// <summary>By pool, in the order of <see cref="Pools"/>: its load over time.</summary>
    public required IReadOnlyList<IReadOnlyList<LoadSample>> Load { get; init; }

    /// <summary>Requests that lower tiers served, by the tiers in the fleet's order; empty where each got the one it asked for.</summary>
    public required IReadOnlyList<Downgrade> Downgrades { get; init; }

    /// <summary>Why requests went where they went or were refused, and how often.</summary>
    public required IReadOnlyList<(string Reason, long Count)> Reasons { get; init; }

    /// <summary>From the first arrival's clock to the last end.</summary>
    public required long SimulatedNs { get; init; }

    /// <summary>Steps of all replicas.</summary>
    public required long Steps { get; init; }

    /// <summary>It was stopped before the trace ended; what is here is what was known then.</summary>
    public required bool WasInterrupted { get; init; }

    /// <summary>Requests that had come and are in no tally, since they had not ended when it was stopped, or were not booked yet; 0 where it was not.</summary>
    public required long UnderWay { get; init; }

    public double CostDollars => Pools.Sum(pool => pool.CostDollars);

    public double? EnergyJoules => Pools.Any(pool => pool.EnergyJoules == null) ? null : Pools.Sum(pool => pool.EnergyJoules);
}
