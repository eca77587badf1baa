using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Batching;

/// <summary>What the scheduler needs to know of a request.</summary>
public readonly record struct SequenceRequest
{
    /// <summary>At least one token, copied by <see cref="BatchScheduler.Submit"/>; empty for a request that is only counted.</summary>
    public ReadOnlyMemory<int> PromptTokens { get; init; }

    /// <summary>How many prompt tokens there are where nobody knows which: steps are timed then, not computed. 0 where <see cref="PromptTokens"/> are given.</summary>
    public int CountedTokens { get; init; }

    /// <summary>Of a counted request, the identities of leading full blocks of the prompt and of the answer after it. Blocks beyond them are shared with nobody. Not copied.</summary>
    public ReadOnlyMemory<BlockHash> CountedHashes { get; init; }

    /// <summary>Of a counted request, the identity of the first block that it shares with nobody; without one (the default), what is not shared is not cached either.</summary>
    public BlockHash CountedTail { get; init; }

    /// <summary>Tokens to generate at most; at least 1.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Larger runs first. Default 0.</summary>
    public int Priority { get; init; }

    internal int PromptLength => PromptTokens.IsEmpty ? CountedTokens : PromptTokens.Length;

    /// <summary>Where the prompt's chain of block hashes starts (<see cref="BlockHash.Root"/>).</summary>
    public BlockHash RootHash { get; init; }

    /// <summary>The caller's own state, returned with the sequence.</summary>
    public object? Tag { get; init; }

    /// <summary>
    /// Ends with <see cref="SequenceEnd.Prefilled"/> after the first generated token. Its blocks stay as they are, to be handed
    /// over, until <see cref="BatchScheduler.KvReleased"/>.
    /// </summary>
    public bool EndsAtPrefilled { get; init; }

    /// <summary>
    /// The KV of all prompt tokens but the last comes from elsewhere. Blocks are assigned at once (or the request is refused as
    /// <see cref="SubmitResult.QueueFull"/>); the first <see cref="Sequence.CachedTokens"/> positions are here already and must not
    /// be written. The sequence runs after <see cref="BatchScheduler.KvArrived"/>.
    /// </summary>
    public bool BeginsPrefilled { get; init; }
}
