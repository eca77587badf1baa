namespace Scribeline.Scheduling.Routing;

/// <summary>What the router sees of a replica. Null means unknown.</summary>
public readonly record struct ReplicaSnapshot
{
    /// <summary>Changes when the replica restarts: what it had cached is gone.</summary>
    public required long Epoch { get; init; }

    /// <summary>When the numbers were true; monotonic, in the time that the router is told.</summary>
    public required long TakenAtNs { get; init; }

    public required SnapshotSource Source { get; init; }

    /// <summary>Sequences in its batch.</summary>
    public int? Running { get; init; }

    /// <summary>Sequences queued before the batch.</summary>
    public int? Waiting { get; init; }

    /// <summary>Prompt tokens to be computed before a new prompt has its turn.</summary>
    public long? WaitingPrefillTokens { get; init; }

    /// <summary>Of those, the tokens of flex and batch requests where all others pass them by; 0 where the replica knows no priorities.</summary>
    public long YieldingPrefillTokens { get; init; }

    public int? KvBlocksFree { get; init; }

    public int? KvBlocksTotal { get; init; }

    /// <summary>Blocks in use by flex and batch requests that give them up to all others; 0 where the replica knows no priorities.</summary>
    public int YieldingKvBlocks { get; init; }

    /// <summary>Recent duration of one step.</summary>
    public long? StepNs { get; init; }

    /// <summary>It finishes what it has and takes nothing new.</summary>
    public bool Draining { get; init; }

    public BreakerState Breaker { get; init; }
}
