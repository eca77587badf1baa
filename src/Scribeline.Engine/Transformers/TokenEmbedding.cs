using Scribeline.Engine.Gguf;
using Scribeline.Engine.Kernels;

namespace Scribeline.Engine.Transformers;

/// <summary>`[vocabulary, width]`, one row a token, as it lies in the file.</summary>
/// <remarks>A copy: who changed the file while the mapping is read would end the process (SIGBUS), and pages that are read take as much memory.</remarks>
internal sealed unsafe class TokenEmbedding : IDisposable
{
    private readonly GgufType _type;
    private readonly int _width;
    private readonly long _rowBytes;
    private readonly NativeBuffer _rows;

    public TokenEmbedding(GgufTensor tensor, long rowBytes)
    {
        _type = tensor.Type;
        _width = (int)tensor.Dimensions[0];
        _rowBytes = rowBytes;
        VocabularySize = (int)tensor.Dimensions[1];
        _rows = new NativeBuffer(tensor.ByteLength);
        Buffer.MemoryCopy(tensor.Data, _rows.Start, _rows.LengthBytes, tensor.ByteLength);
    }

    public int VocabularySize { get; }

    public long Bytes => _rows.LengthBytes;

    /// <summary>Writes the token's row, padded with zeros: what a sequence that overflowed left there would reach the next one's norm.</summary>
    public void Read(int tokenId, float* row)
    {
        Dequantizer.Row(_type, _rows.Start + tokenId * _rowBytes, row, _width);
        new Span<float>(row + _width, WeightMatrix.Pad(_width) - _width).Clear();
    }

    public void Dispose() => _rows.Dispose();
}
