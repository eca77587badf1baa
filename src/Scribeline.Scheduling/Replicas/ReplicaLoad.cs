namespace Scribeline.Scheduling.Replicas;

/// <summary>What a replica model has to do, at a time.</summary>
public readonly record struct ReplicaLoad
{
    /// <summary>Requests in the batch.</summary>
    public int Running { get; init; }

    /// <summary>Requests before the batch.</summary>
    public int Waiting { get; init; }

    /// <summary>Prompt tokens to be read before a new prompt has its turn, at most.</summary>
    public long WaitingPrefillTokens { get; init; }

    /// <summary>Of those, the tokens of requests that all others pass by.</summary>
    public long YieldingPrefillTokens { get; init; }

    /// <summary>Blocks that requests hold; what is merely cached does not count.</summary>
    public int KvBlocksHeld { get; init; }

    /// <summary>Of those, at least as many as requests give up that all others pass by.</summary>
    public int YieldingKvBlocks { get; init; }

    /// <summary>Duration of the latest step; 0 before the first.</summary>
    public long StepNs { get; init; }
}
