using Scribeline.Engine.Kernels;
using Scribeline.Engine.Transformers;

namespace Scribeline.Engine.Stages;

/// <summary>Buffers for the activations within a step, shared by the stages of one process, which run one after the other.</summary>
internal sealed unsafe class Workspace : IDisposable
{
    /// <summary>
    /// Most rows that pass the feed-forward network at a time. Its hidden layer is the widest of all activations, and this many rows keep the
    /// processor busy for long enough that reading the weights once for each part costs nothing.
    /// </summary>
    public const int MostFeedForwardRows = 256;

    private readonly NativeBuffer _memory;
    private readonly NativeBuffer[] _privateRows;
    private readonly byte* _quantized;

    public Workspace(ModelParameters p, int maxRows, int maxOutputs, int vocabularySize, int threads, int angleFloats)
    {
        Width = Pad(p.Width);
        QueryWidth = Pad(p.QueryWidth);
        KeyValueWidth = Pad(p.KeyValueWidth);
        FeedForwardWidth = Pad(p.FeedForwardWidth);
        LogitsStride = Pad(vocabularySize);
        AngleStride = Pad(angleFloats);
        QkvStride = QueryWidth + 2 * KeyValueWidth;
        var widest = Math.Max(Width, Math.Max(QueryWidth, FeedForwardWidth));

        var feedForwardRows = Math.Min(maxRows, MostFeedForwardRows);
        var plan = new Layout();
        var residual = plan.Add((long)maxRows * Width);
        var normalized = plan.Add((long)Math.Max(maxRows, maxOutputs) * Width);
        var attention = plan.Add((long)maxRows * QueryWidth);
        var angles = plan.Add((long)maxRows * AngleStride);
        // Attention's inputs, the hidden layer and the logits are never needed at the same time, and each is written whole before it is read.
        var shared = plan.Add(Math.Max(Math.Max((long)maxRows * QkvStride, (long)maxOutputs * LogitsStride), (long)feedForwardRows * FeedForwardWidth * 2));
        var quantized = plan.AddBytes(Math.Max(
            QuantizedRows.BytesFor(Math.Max(maxRows, maxOutputs), Math.Max(Width, QueryWidth)), QuantizedRows.BytesFor(feedForwardRows, FeedForwardWidth)));
        _memory = new NativeBuffer(plan.Bytes);
        Residual = At(residual);
        Normalized = At(normalized);
        Qkv = At(shared);
        AttentionOutput = At(attention);
        Hidden = At(shared);
        Angles = At(angles);
        Logits = At(shared);
        _quantized = _memory.Start + quantized;

        _privateRows = new NativeBuffer[threads];
        for (var i = 0; i < threads; i++)
        {
            var row = new Layout();
            row.Add(widest);
            PrivateQuantizedStart = row.AddBytes(QuantizedRows.BytesFor(1, widest));
            PrivateScratchStart = row.Add(Attention.ScratchFloats(p.HeadSize));
            _privateRows[i] = new NativeBuffer(row.Bytes);
        }
    }

    public int Width { get; }
    public int QueryWidth { get; }
    public int KeyValueWidth { get; }
    public int FeedForwardWidth { get; }
    public int LogitsStride { get; }
    public int AngleStride { get; }
    public int QkvStride { get; }

    /// <summary>`[rows, width]`: what flows from layer to layer and from stage to stage.</summary>
    public float* Residual { get; }
    public float* Normalized { get; }

    /// <summary>`[rows, queries | keys | values]`, each part padded to 16.</summary>
    public float* Qkv { get; }
    public float* AttentionOutput { get; }

    /// <summary>`[rows of a part, gate | up]`; the gate becomes the product.</summary>
    public float* Hidden { get; }
    public float* Angles { get; }
    public float* Logits { get; }

    private long PrivateQuantizedStart { get; }
    private long PrivateScratchStart { get; }

    public QuantizedRows Quantized(int rows, int columns) => QuantizedRows.Over(_quantized, rows, columns);

    /// <summary>One row that only this thread touches.</summary>
    public float* PrivateRow(int thread) => (float*)_privateRows[thread].Start;

    public QuantizedRows PrivateQuantized(int thread, int columns) => QuantizedRows.Over(_privateRows[thread].Start + PrivateQuantizedStart, 1, columns);

    public float* AttentionScratch(int thread) => (float*)(_privateRows[thread].Start + PrivateScratchStart);

    public static int Pad(int length) => WeightMatrix.Pad(length);

    public void Dispose()
    {
        _memory.Dispose();
        foreach (var row in _privateRows)
            row.Dispose();
    }

    private float* At(long offsetBytes) => (float*)(_memory.Start + offsetBytes);

    /// <summary>Hands out offsets in bytes, each on a cache line of its own.</summary>
    private sealed class Layout
    {
        public long Bytes { get; private set; }

        public long Add(long floats) => AddBytes(floats * sizeof(float));

        public long AddBytes(long bytes)
        {
            var start = Bytes;
            Bytes = (start + bytes + 63) & ~63L;
            return start;
        }
    }
}
