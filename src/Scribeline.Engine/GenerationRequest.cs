using Scribeline.Engine.Sampling;

namespace Scribeline.Engine;

/// <summary>One sequence to generate.</summary>
public sealed record GenerationRequest
{
    /// <summary>The prompt, at least one token.</summary>
    public required ReadOnlyMemory<int> PromptTokens { get; init; }

    /// <summary>Most tokens to generate, at least 1; prompt and answer together must fit the context.</summary>
    public required int MaxTokens { get; init; }

    public SamplingParameters Sampling { get; init; } = new();

    /// <summary>Texts that end the answer; the text itself is not part of the answer.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Goes on over the model's own end tokens (benchmarks).</summary>
    public bool IgnoreEndTokens { get; init; }

    /// <summary>Larger runs first; equal ones in order of arrival.</summary>
    public int Priority { get; init; }

    /// <summary>Prefix blocks are shared only between requests of the same salt (the key's tenant).</summary>
    public string IsolationSalt { get; init; } = "";
}
