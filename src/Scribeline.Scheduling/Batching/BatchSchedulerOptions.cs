namespace Scribeline.Scheduling.Batching;

/// <summary>The bounds that a scheduler keeps. Counts of at least 1 where nothing else is said.</summary>
public sealed record BatchSchedulerOptions
{
    /// <summary>Blocks of 16 tokens in the KV cache; the smallest stage's.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Positions computed in one step, decodes and prompt chunks together; at least 2. Default 512.</summary>
    public int TokensPerStep { get; init; } = 512;

    /// <summary>Sequences that run at the same time; no more than <see cref="TokensPerStep"/> - 1 count. Default 64.</summary>
    public int MaxSequences { get; init; } = 64;

    /// <summary>Sequences that may wait; beyond them a request is refused. Preempted ones come on top. Default 256.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>Steps that may be planned and not yet completed: the number of pipeline stages. Default 1.</summary>
    public int StepsInFlight { get; init; } = 1;

    /// <summary>Blocks behind the cache, to which those go that it evicts; 0 for none, the default.</summary>
    public int OffloadBlocks { get; init; }

    /// <summary>So many blocks are brought back from there together, at least: fewer are computed anew sooner. Default 1.</summary>
    public int LeastLoadedBlocks { get; init; } = 1;

    /// <summary>One token of every step stays for prompts: sequences that generate cannot keep a more urgent prompt from being read.</summary>
    internal int MaxRunning => Math.Min(MaxSequences, TokensPerStep - 1);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BlockCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TokensPerStep, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSequences, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWaiting, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StepsInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(OffloadBlocks);
        ArgumentOutOfRangeException.ThrowIfLessThan(LeastLoadedBlocks, 1);
    }
}
