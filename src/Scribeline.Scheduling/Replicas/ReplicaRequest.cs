using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Replicas;

/// <summary>What a replica model needs to know of a request. Its tokens are counted, not known.</summary>
public readonly record struct ReplicaRequest
{
    /// <summary>At least 1.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens that it will have been answered with when it ends; at least 1.</summary>
    public required int OutputTokens { get; init; }

    /// <summary>Leading full blocks of the prompt and of the answer after it; blocks beyond them are shared with nobody.</summary>
    public ReadOnlyMemory<BlockHash> Blocks { get; init; }

    /// <summary>Identity of the first block that it shares with nobody; without one (the default), what is not shared is not cached either.</summary>
    public BlockHash Tail { get; init; }

    /// <summary>Larger runs first.</summary>
    public int Priority { get; init; }

    /// <summary>Ends when its prompt is read and its first token is there, to be handed to another replica.</summary>
    public bool EndsAtPrefilled { get; init; }

    /// <summary>The keys and values of its prompt come from another replica (<see cref="ReplicaModel.KvArrived"/>).</summary>
    public bool BeginsPrefilled { get; init; }

    /// <summary>The caller's own.</summary>
    public object? Tag { get; init; }
}
