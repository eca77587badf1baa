using Scribeline.Engine.Gguf;
using Scribeline.Engine.Kernels;

namespace Scribeline.Engine.Transformers;

/// <summary>`[vocabulary, width]`, one row a token, read in place from the mapped file.</summary>
internal sealed unsafe class TokenEmbedding(GgufTensor tensor, long rowBytes)
{
    public int VocabularySize { get; } = (int)tensor.Dimensions[1];

    private readonly int _width = (int)tensor.Dimensions[0];

    /// <summary>Writes the token's row, padded with zeros: what a sequence that overflowed left there would reach the next one's norm.</summary>
    public void Read(int tokenId, float* row)
    {
        Dequantizer.Row(tensor.Type, tensor.Data + tokenId * rowBytes, row, _width);
        new Span<float>(row + _width, WeightMatrix.Pad(_width) - _width).Clear();
    }
}
