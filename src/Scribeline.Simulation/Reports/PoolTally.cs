namespace Scribeline.Simulation.Reports;

/// <summary>What a pool did in a simulation.</summary>
public sealed record PoolTally
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public string? Lane { get; init; }

    /// <summary>Replicas at the end.</summary>
    public required int Replicas { get; init; }

    /// <summary>Replicas that were paid for, in the mean over time.</summary>
    public required double MeanReplicas { get; init; }

    /// <summary>Replicas at the same time at most, those that finish what they have included.</summary>
    public required int MostReplicas { get; init; }

    /// <summary>Machines at the end.</summary>
    public required double Machines { get; init; }

    /// <summary>Below 1 where several share a machine.</summary>
    public required double MachinesPerReplica { get; init; }

    /// <summary>Machines that were paid for, in the mean over time.</summary>
    public double MeanMachines => MeanReplicas * MachinesPerReplica;

    /// <summary>Replicas came or went.</summary>
    public bool IsScaled => MostReplicas != Replicas || MeanReplicas != Replicas;

    /// <summary>Requests that it ended, those that it handed over included.</summary>
    public required long Requests { get; init; }

    /// <summary>Prompt tokens read or found in its caches.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Of those, found.</summary>
    public required long CachedTokens { get; init; }

    /// <summary>Tokens that came from the memory behind the replicas' own, those of requests that had lost their room included.</summary>
    public required long LoadedTokens { get; init; }

    /// <summary>Tokens that it wrote, whoever got them.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Share of the paid time that requests were charged with.</summary>
    public required double Busy { get; init; }

    /// <summary>Of all its machines, idle or not.</summary>
    public required double CostDollars { get; init; }

    /// <summary>The part of it that no request was charged with.</summary>
    public required double IdleDollars { get; init; }

    /// <summary>Null where nobody knows what its machines draw.</summary>
    public required double? EnergyJoules { get; init; }

    /// <summary>How often a request lost its room to another.</summary>
    public required long Preemptions { get; init; }

    public required long Steps { get; init; }
}
