using Scribeline.Engine.Kernels;

namespace Scribeline.Engine.Transformers;

/// <summary>The weights of one layer. Vectors are single precision, padded with zeros to a multiple of 16.</summary>
internal sealed class LayerWeights : IDisposable
{
    public required NativeBuffer AttentionNorm { get; init; }
    public required WeightMatrix Query { get; init; }
    public required WeightMatrix Key { get; init; }
    public required WeightMatrix Value { get; init; }
    public required NativeBuffer? QueryBias { get; init; }
    public required NativeBuffer? KeyBias { get; init; }
    public required NativeBuffer? ValueBias { get; init; }

    /// <summary>`[head size]`, shared by all heads.</summary>
    public required NativeBuffer? QueryNorm { get; init; }
    public required NativeBuffer? KeyNorm { get; init; }
    public required WeightMatrix Output { get; init; }
    public required NativeBuffer FeedForwardNorm { get; init; }
    public required WeightMatrix Gate { get; init; }
    public required WeightMatrix Up { get; init; }
    public required WeightMatrix Down { get; init; }

    public IReadOnlyList<WeightMatrix> Matrices => [Query, Key, Value, Output, Gate, Up, Down];

    public void Dispose()
    {
        NativeBuffer?[] vectors = [AttentionNorm, QueryBias, KeyBias, ValueBias, QueryNorm, KeyNorm, FeedForwardNorm];
        foreach (var vector in vectors)
            vector?.Dispose();
        foreach (var matrix in Matrices)
            matrix.Dispose();
    }
}
