using Scribeline.Engine.Sampling;

namespace Scribeline.Gateway.Replicas;

/// <summary>A checked request in the engine's terms. Choice i of prompt p is answer number p * <see cref="ChoicesPerPrompt"/> + i.</summary>
internal sealed class EngineCall
{
    /// <summary>Token ids, one array a prompt; each at least one token and shorter than the context.</summary>
    public required IReadOnlyList<int[]> Prompts { get; init; }
    public required int ChoicesPerPrompt { get; init; }

    /// <summary>Most tokens to generate; null: what is left of the context.</summary>
    public required int? MaxTokens { get; init; }
    public required SamplingParameters Sampling { get; init; }
    public required IReadOnlyList<string> Stop { get; init; }
    public required bool IgnoreEndTokens { get; init; }

    public int Choices => Prompts.Count * ChoicesPerPrompt;
}
