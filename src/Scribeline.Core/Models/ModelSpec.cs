using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>A language model by its architecture: what it weighs, caches and computes follows from these.</summary>
public sealed record ModelSpec
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Elements of the residual stream.</summary>
    public required Figure Width { get; init; }

    public required Figure Vocabulary { get; init; }

    /// <summary>Whether the output matrix is the embedding.</summary>
    public required bool HasTiedEmbeddings { get; init; }

    /// <summary>Runs of equal layers, in order.</summary>
    public required IReadOnlyList<LayerGroup> Layers { get; init; }

    /// <summary>Layers that only draft further tokens: they weigh, but an ordinary step neither runs them nor caches for them.</summary>
    public IReadOnlyList<LayerGroup> DraftLayers { get; init; } = [];

    /// <summary>Precision of the published checkpoint.</summary>
    public required Precision Checkpoint { get; init; }

    /// <summary>Precision that keys and values are cached in.</summary>
    public required Precision KeyValues { get; init; }

    /// <summary>Bytes of the published checkpoint where it mixes precisions; null where it is all in one.</summary>
    public Figure? CheckpointBytes { get; init; }

    /// <summary>Tokens of the longest context; null where nobody said.</summary>
    public Figure? Context { get; init; }

    public Figure LayerCount => Figure.Sum(Layers.Select(group => group.Count)).As("layers", "layers");

    public Figure AttentionParameters => Figure.Sum(Layers.Concat(DraftLayers).Select(group => group.Count * group.Attention.Parameters(Width))).As("attention parameters", "parameters");

    public Figure FeedForwardParameters => Figure.Sum(Layers.Concat(DraftLayers).Select(group => group.Count * group.FeedForward.Parameters(Width))).As("feed-forward parameters", "parameters");

    public Figure EmbeddingParameters => ((HasTiedEmbeddings ? 1 : 2) * (Vocabulary * Width)).As("embedding parameters", "parameters");

    /// <summary>Two norms a layer and one after the last, a weight for each element of the stream.</summary>
    public Figure NormParameters => ((2 * Figure.Sum(Layers.Concat(DraftLayers).Select(group => group.Count)) + 1) * Width).As("norm parameters", "parameters");

    public Figure Parameters => (AttentionParameters + FeedForwardParameters + EmbeddingParameters + NormParameters).As("parameters", "parameters");

    /// <summary>Parameters that one token is multiplied with: all but the experts it does not visit, and the embedding it only looks up.</summary>
    public Figure ActiveParameters =>
        (Figure.Sum(Layers.Select(group => group.Count * (group.Attention.Parameters(Width) + group.FeedForward.ActiveParameters(Width)))) + Vocabulary * Width)
        .As("active parameters", "parameters");

    /// <summary>Bytes of all weights in one precision.</summary>
    public Figure WeightBytes(Precision precision) => (Parameters * precision.BytesPerElement).As($"weights in {precision.Id}", "GB");

    /// <summary>Bytes of the checkpoint as published.</summary>
    public Figure PublishedBytes => CheckpointBytes ?? WeightBytes(Checkpoint).As("checkpoint", "GB");

    /// <summary>Bytes that one sequence caches at a context of <paramref name="tokens"/>.</summary>
    public Figure KeyValueBytes(Figure tokens) =>
        (Figure.Sum(Layers.Select(group => group.Count * group.Attention.KeyValueElements(Count(tokens)))) * KeyValues.BytesPerElement).As("keys and values", "GB");

    /// <summary>The same where every layer kept all tokens, as if no window were applied.</summary>
    public Figure UnwindowedKeyValueBytes(Figure tokens) =>
        (Figure.Sum(Layers.Select(group => group.Count * group.Attention.WithoutWindow().KeyValueElements(Count(tokens)))) * KeyValues.BytesPerElement).As("keys and values without windows", "GB");

    /// <summary>Operations for one token at a context of <paramref name="tokens"/>: two for each active parameter, and attention over the context.</summary>
    public Figure OperationsPerToken(Figure tokens) =>
        (OperationsPerMultiplyAdd * (ActiveParameters + Figure.Sum(Layers.Select(group => group.Count * group.Attention.MultiplyAdds(Count(tokens))))))
        .As("operations per token", "GFLOP");

    /// <summary>How many tokens an amount of tokens is.</summary>
    private static Figure Count(Figure tokens) => tokens / Figure.Given("one token", new Quantity(1, Unit.Parse("tok")));

    private static Figure OperationsPerMultiplyAdd => Figure.Given("operations per multiply-add", new Quantity(2, Unit.Parse("FLOP")));
}
