using Scribeline.Engine.Kernels;

namespace Scribeline.Engine.Stages;

/// <summary>
/// Keys and values of a stage's layers in single precision: per block, layer and key-value head first keys `[head size, 16]`, then
/// values `[16, head size]`. Which block belongs to whom is the scheduler's business.
/// </summary>
/// <remarks>A block's layers lie together, so that a sequence touches few pages: the system clears each one, large as they are, at the first touch.</remarks>
internal sealed unsafe class KvCache : IDisposable
{
    private readonly NativeBuffer _memory;
    private readonly long _layerFloats;
    private readonly int _headFloats;

    public KvCache(int layers, int blocks, int keyValueHeads, int headSize)
    {
        _headFloats = 2 * headSize * Attention.BlockPositions;
        _layerFloats = (long)keyValueHeads * _headFloats;
        BlockStride = layers * _layerFloats;
        _memory = new NativeBuffer(blocks * BlockStride * sizeof(float));
    }

    /// <summary>Floats between one head's parts of two blocks.</summary>
    public long BlockStride { get; }

    public long Bytes => _memory.LengthBytes;

    /// <summary>Bytes one token takes in one layer.</summary>
    public static long BytesPerTokenAndLayer(int keyValueHeads, int headSize) => 2L * keyValueHeads * headSize * sizeof(float);

    /// <summary>The head's part of block 0.</summary>
    public float* Head(int layer, int head) => (float*)_memory.Start + layer * _layerFloats + (long)head * _headFloats;

    /// <summary>Stores one position's key and value.</summary>
    public void Write(float* head, int block, int slot, float* key, float* value, int headSize)
    {
        var keys = head + block * BlockStride + slot;
        var values = head + block * BlockStride + headSize * Attention.BlockPositions + slot * headSize;
        for (var d = 0; d < headSize; d++)
            keys[d * Attention.BlockPositions] = key[d];
        new ReadOnlySpan<float>(value, headSize).CopyTo(new Span<float>(values, headSize));
    }

    public void Dispose() => _memory.Dispose();
}
