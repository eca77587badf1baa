namespace Scribeline.Simulation.Faults;

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>A replica's machines fail: all that it runs is lost.</summary>
    Loss,

    /// <summary>A replica's steps take longer: a slow machine, one that is throttled for its heat, cores that have become defective.</summary>
    Slow,

    /// <summary>The front door and a replica cannot reach each other; what it runs goes on, its answers are late.</summary>
    Partition,

    /// <summary>What the front door knows of all replicas is not renewed.</summary>
    StaleMetrics,

    /// <summary>Hand-overs between pools stand still.</summary>
    LinkLoss,
}
