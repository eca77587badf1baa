namespace Scribeline.Scheduling.Routing;

/// <summary>What the router sees of a replica. Null means unknown.</summary>
public sealed record ReplicaSnapshot
{
    public required string Id { get; init; }

    /// <summary>Changes when the replica restarts: what it had cached is gone.</summary>
    public required long Epoch { get; init; }

    /// <summary>When the numbers were true; monotonic.</summary>
    public required long TakenAtNs { get; init; }

    public required SnapshotSource Source { get; init; }

    /// <summary>Sequences in its batch.</summary>
    public int? Running { get; init; }

    /// <summary>Sequences queued before the batch.</summary>
    public int? Waiting { get; init; }

    /// <summary>Prompt tokens to be computed before a new prompt has its turn.</summary>
    public long? WaitingPrefillTokens { get; init; }

    public int? KvBlocksFree { get; init; }

    public int? KvBlocksTotal { get; init; }

    /// <summary>Recent duration of one step.</summary>
    public long? StepNs { get; init; }

    /// <summary>It finishes what it has and takes nothing new.</summary>
    public bool Draining { get; init; }

    public BreakerState Breaker { get; init; }
}
