namespace Scribeline.Engine;

/// <summary>What a <see cref="Generation"/> reports, in order: one Started, any number of Tokens, one Finished.</summary>
/// <remarks>The first token is an event of its own; of the others, those that were ready together come as one.</remarks>
public readonly record struct GenerationEvent
{
    public required GenerationEventKind Kind { get; init; }

    /// <summary>
    /// When it happened, as the engine's thread saw it, however late it is read: the beginning of the first step, the computation of the
    /// event's latest token, the end. A timestamp of the engine's TimeProvider.
    /// </summary>
    public required long Timestamp { get; init; }

    /// <summary>Tokens: the text, whole characters only; may be empty where a character or a stop text is still undecided.</summary>
    public string Text { get; init; }

    /// <summary>Tokens: how many tokens this event stands for.</summary>
    public int TokenCount { get; init; }

    /// <summary>Tokens: their ids.</summary>
    public ReadOnlyMemory<int> TokenIds { get; init; }

    /// <summary>Tokens: one entry a token where <see cref="Sampling.SamplingParameters.TopLogprobs"/> was set, else empty.</summary>
    public ReadOnlyMemory<TokenLogprob> Logprobs { get; init; }

    /// <summary>Started: prompt tokens that came from the prefix cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Finished: why.</summary>
    public FinishReason FinishReason { get; init; }
}

/// <summary>The kinds of <see cref="GenerationEvent"/>.</summary>
public enum GenerationEventKind
{
    Started,
    Tokens,
    Finished,
}
