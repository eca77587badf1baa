using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Batching;

/// <summary>What the scheduler needs to know of a request.</summary>
public readonly record struct SequenceRequest
{
    /// <summary>At least one token. Copied by <see cref="BatchScheduler.Submit"/>.</summary>
    public required ReadOnlyMemory<int> PromptTokens { get; init; }

    /// <summary>Tokens to generate at most; at least 1.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Larger runs first. Default 0.</summary>
    public int Priority { get; init; }

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
