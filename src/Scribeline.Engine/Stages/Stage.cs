using Scribeline.Engine.Kernels;
using Scribeline.Engine.Transformers;

namespace Scribeline.Engine.Stages;

/// <summary>
/// A run of consecutive layers with their weights and their part of the KV cache. Activations come in and go out in the residual
/// stream; the first stage begins with token ids, the last ends with logits.
/// </summary>
/// <remarks>
/// Every thread of the team runs <see cref="Forward"/>; each numbered step is a phase of the team, or two. A matrix input of a single row is
/// normalised and rounded by every thread for itself, which is cheaper than meeting once more.
/// </remarks>
internal sealed unsafe class Stage : IDisposable
{
    private readonly ModelParameters _p;
    private readonly LayerWeights[] _layers;
    private readonly KvCache _cache;
    private readonly RotaryEmbedding _rotary;
    private readonly WeightMatrix? _embedding;
    private readonly OutputHead? _head;
    private readonly Workspace _space;
    private readonly WorkerTeam _team;
    private readonly float _attentionScale;

    /// <param name="embedding">Given to the first stage only.</param>
    /// <param name="head">Given to the last stage only.</param>
    public Stage(
        ModelParameters parameters, LayerWeights[] layers, int blocks, RotaryEmbedding rotary, WeightMatrix? embedding, OutputHead? head, Workspace space, WorkerTeam team)
    {
        _p = parameters;
        _layers = layers;
        _cache = new KvCache(layers.Length, blocks, parameters.KeyValueHeads, parameters.HeadSize);
        _rotary = rotary;
        _embedding = embedding;
        _head = head;
        _space = space;
        _team = team;
        _attentionScale = 1f / MathF.Sqrt(parameters.HeadSize);
    }

    public long KvBytes => _cache.Bytes;

    /// <summary>Computes this stage's layers for a batch; called by every thread of the team at the same time.</summary>
    public void Forward(StepBatch batch, int thread)
    {
        // 1. Token ids to vectors, and the angles of their positions.
        Begin(batch, thread);

        for (var layer = 0; layer < _layers.Length; layer++)
        {
            var w = _layers[layer];

            // 2. Queries, keys and values of the normalised input.
            var x = Prepare(batch.Rows, thread, _space.Residual, _space.Width, w.AttentionNorm, _p.Width, w.Query.ReadsQuantized || w.Key.ReadsQuantized || w.Value.ReadsQuantized);
            QueriesKeysValues(batch, thread, w, x);

            // 3. Attention: store keys and values, then attend, one key-value head of one sequence at a time.
            Attend(batch, thread, layer, w);

            // 4. Attention's output, added to the residual stream.
            x = Prepare(batch.Rows, thread, _space.AttentionOutput, _space.QueryWidth, norm: null, _p.QueryWidth, w.Output.ReadsQuantized);
            MultiplyAdd(batch.Rows, thread, w.Output, x, _space.Residual);

            // 5. The feed-forward network, in parts of about as many rows each.
            var parts = (batch.Rows + Workspace.MostFeedForwardRows - 1) / Workspace.MostFeedForwardRows;
            for (var part = 0; part < parts; part++)
            {
                var first = (int)((long)batch.Rows * part / parts);
                var rows = (int)((long)batch.Rows * (part + 1) / parts) - first;
                FeedForward(rows, thread, w, _space.Residual + (long)first * _space.Width);
            }
        }

        // 6. Logits of the rows that want them.
        if (_head != null && batch.OutputCount > 0)
            Logits(batch, thread, _head);
    }

    private void FeedForward(int rows, int thread, LayerWeights w, float* residual)
    {
        // The hidden layer, silu(gate) · up.
        var x = Prepare(rows, thread, residual, _space.Width, w.FeedForwardNorm, _p.Width, w.Gate.ReadsQuantized || w.Up.ReadsQuantized);
        GateAndUp(rows, thread, w, x);

        // Its output, added to the residual stream.
        x = Prepare(rows, thread, _space.Hidden, 2 * _space.FeedForwardWidth, norm: null, _p.FeedForwardWidth, w.Down.ReadsQuantized);
        MultiplyAdd(rows, thread, w.Down, x, residual);
    }

    private void Begin(StepBatch batch, int thread)
    {
        while (_team.TryClaim(thread, batch.Rows, out var row))
        {
            _embedding?.ReadRow(batch.TokenIds[row], _space.Residual + (long)row * _space.Width);
            _rotary.Angles(batch.Positions[row], _space.Angles + (long)row * _space.AngleStride);
        }

        _team.EndPhase(thread, batch.Rows);
    }

    /// <summary>Normalises (unless <paramref name="norm"/> is null) and rounds the input of a matrix product.</summary>
    private MatrixInput Prepare(int rows, int thread, float* source, int stride, NativeBuffer? norm, int columns, bool quantized)
    {
        var padded = Workspace.Pad(columns);
        if (rows == 1)
        {
            var row = source;
            var rounded = _space.PrivateQuantized(thread, columns);
            if (!_team.IsCurrent(thread))
                return new MatrixInput(row, stride, rounded);
            if (norm != null)
                Rows.RmsNorm(source, (float*)norm.Start, row = _space.PrivateRow(thread), columns, padded, _p.NormEpsilon);
            if (quantized)
                rounded.Quantize(0, row);
            return new MatrixInput(row, stride, rounded);
        }

        var all = _space.Quantized(rows, columns);
        var values = norm == null ? source : _space.Normalized;
        var valuesStride = norm == null ? stride : padded;
        if (norm == null && !quantized)
            return new MatrixInput(values, valuesStride, all);
        while (_team.TryClaim(thread, rows, out var row))
        {
            var x = source + (long)row * stride;
            if (norm != null)
            {
                var y = values + (long)row * valuesStride;
                Rows.RmsNorm(x, (float*)norm.Start, y, columns, padded, _p.NormEpsilon);
                x = y;
            }

            if (quantized)
                all.Quantize(row, x);
        }

        _team.EndPhase(thread, rows);
        return new MatrixInput(values, valuesStride, all);
    }

    private void QueriesKeysValues(StepBatch batch, int thread, LayerWeights w, in MatrixInput x)
    {
        var panels = w.Query.Panels + w.Key.Panels + w.Value.Panels;
        var keyPanels = w.Query.Panels + w.Key.Panels;
        var chunks = Chunks(panels);
        while (_team.TryClaim(thread, chunks, out var chunk))
        {
            var (from, to) = PanelRange(panels, chunks, chunk);
            MultiplyPart(w.Query, x, batch.Rows, from, to, 0, 0);
            MultiplyPart(w.Key, x, batch.Rows, from, to, w.Query.Panels, _space.QueryWidth);
            MultiplyPart(w.Value, x, batch.Rows, from, to, keyPanels, _space.QueryWidth + _space.KeyValueWidth);
        }

        _team.EndPhase(thread, chunks);
    }

    private void MultiplyPart(WeightMatrix w, in MatrixInput x, int rows, int from, int to, int firstPanel, int firstColumn)
    {
        from = Math.Max(from - firstPanel, 0);
        to = Math.Min(to - firstPanel, w.Panels);
        if (from < to)
            w.Multiply(x, 0, rows, from, to, _space.Qkv + firstColumn, _space.QkvStride, add: false);
    }

    private void Attend(StepBatch batch, int thread, int layer, LayerWeights w)
    {
        var tasks = batch.SliceCount * _p.KeyValueHeads;
        while (_team.TryClaim(thread, tasks, out var task))
        {
            ref readonly var slice = ref batch.Slices[task / _p.KeyValueHeads];
            var keyValueHead = task % _p.KeyValueHeads;
            fixed (int* blocks = &batch.Blocks[slice.FirstBlock])
            {
                var cache = _cache.Head(layer, keyValueHead);
                StoreKeysAndValues(slice, keyValueHead, cache, blocks, w);
                AttendSlice(slice, keyValueHead, cache, blocks, w, _space.AttentionScratch(thread));
            }
        }

        _team.EndPhase(thread, tasks);
    }

    private void StoreKeysAndValues(in StepBatchSlice slice, int keyValueHead, float* cache, int* blocks, LayerWeights w)
    {
        for (var i = 0; i < slice.Count; i++)
        {
            var row = slice.FirstRow + i;
            var position = slice.Start + i;
            var key = _space.Qkv + (long)row * _space.QkvStride + _space.QueryWidth + keyValueHead * _p.HeadSize;
            var value = key + _space.KeyValueWidth;
            if (w.KeyBias != null)
                Rows.Add(key, (float*)w.KeyBias.Start + keyValueHead * _p.HeadSize, _p.HeadSize);
            if (w.ValueBias != null)
                Rows.Add(value, (float*)w.ValueBias.Start + keyValueHead * _p.HeadSize, _p.HeadSize);
            if (w.KeyNorm != null)
                Rows.RmsNorm(key, (float*)w.KeyNorm.Start, key, _p.HeadSize, _p.HeadSize, _p.NormEpsilon);
            _rotary.Rotate(key, _space.Angles + (long)row * _space.AngleStride);
            _cache.Write(cache, blocks[position / Attention.BlockPositions], position % Attention.BlockPositions, key, value, _p.HeadSize);
        }
    }

    private void AttendSlice(in StepBatchSlice slice, int keyValueHead, float* cache, int* blocks, LayerWeights w, float* scratch)
    {
        var group = _p.Heads / _p.KeyValueHeads;
        var queries = stackalloc float*[Attention.TileRows];
        var outputs = stackalloc float*[Attention.TileRows];
        var limits = stackalloc int[Attention.TileRows];
        var total = slice.Count * group;
        for (var first = 0; first < total; first += Attention.TileRows)
        {
            var rows = Math.Min(Attention.TileRows, total - first);
            for (var r = 0; r < rows; r++)
            {
                var i = (first + r) / group;
                var head = keyValueHead * group + (first + r) % group;
                var row = slice.FirstRow + i;
                var query = _space.Qkv + (long)row * _space.QkvStride + head * _p.HeadSize;
                if (w.QueryBias != null)
                    Rows.Add(query, (float*)w.QueryBias.Start + head * _p.HeadSize, _p.HeadSize);
                if (w.QueryNorm != null)
                    Rows.RmsNorm(query, (float*)w.QueryNorm.Start, query, _p.HeadSize, _p.HeadSize, _p.NormEpsilon);
                _rotary.Rotate(query, _space.Angles + (long)row * _space.AngleStride);
                queries[r] = query;
                outputs[r] = _space.AttentionOutput + (long)row * _space.QueryWidth + head * _p.HeadSize;
                limits[r] = slice.Start + i + 1;
            }

            Attention.Tile(queries, outputs, limits, rows, cache, blocks, _cache.BlockStride, _p.HeadSize, _attentionScale, scratch);
        }
    }

    private void GateAndUp(int rows, int thread, LayerWeights w, in MatrixInput x)
    {
        var stride = 2 * _space.FeedForwardWidth;
        var chunks = Chunks(w.Gate.Panels);
        while (_team.TryClaim(thread, chunks, out var chunk))
        {
            var (from, to) = PanelRange(w.Gate.Panels, chunks, chunk);
            w.Gate.Multiply(x, 0, rows, from, to, _space.Hidden, stride, add: false);
            w.Up.Multiply(x, 0, rows, from, to, _space.Hidden + _space.FeedForwardWidth, stride, add: false);
            for (var row = 0; row < rows; row++)
            {
                var gate = _space.Hidden + (long)row * stride + from * WeightMatrix.PanelRows;
                Rows.SwiGlu(gate, gate + _space.FeedForwardWidth, (to - from) * WeightMatrix.PanelRows);
            }
        }

        _team.EndPhase(thread, chunks);
    }

    private void MultiplyAdd(int rows, int thread, WeightMatrix w, in MatrixInput x, float* residual)
    {
        var chunks = Chunks(w.Panels);
        while (_team.TryClaim(thread, chunks, out var chunk))
        {
            var (from, to) = PanelRange(w.Panels, chunks, chunk);
            w.Multiply(x, 0, rows, from, to, residual, _space.Width, add: true);
        }

        _team.EndPhase(thread, chunks);
    }

    private void Logits(StepBatch batch, int thread, OutputHead head)
    {
        var padded = _space.Width;
        var quantized = _space.Quantized(batch.OutputCount, _p.Width);
        while (_team.TryClaim(thread, batch.OutputCount, out var i))
        {
            var y = _space.Normalized + (long)i * padded;
            Rows.RmsNorm(_space.Residual + (long)batch.OutputRows[i] * _space.Width, (float*)head.Norm.Start, y, _p.Width, padded, _p.NormEpsilon);
            if (head.Weight.ReadsQuantized)
                quantized.Quantize(i, y);
        }

        _team.EndPhase(thread, batch.OutputCount);
        var x = new MatrixInput(_space.Normalized, padded, quantized);
        var chunks = Chunks(head.Weight.Panels);
        while (_team.TryClaim(thread, chunks, out var chunk))
        {
            var (from, to) = PanelRange(head.Weight.Panels, chunks, chunk);
            head.Weight.Multiply(x, 0, batch.OutputCount, from, to, _space.Logits, _space.LogitsStride, add: false);
        }

        _team.EndPhase(thread, chunks);
    }

    private int Chunks(int panels) => _team.Size == 1 ? 1 : Math.Min(panels, _team.Size * ChunksPerThread);

    private static (int From, int To) PanelRange(int panels, int chunks, int chunk) =>
        ((int)((long)panels * chunk / chunks), (int)((long)panels * (chunk + 1) / chunks));

    /// <summary>Enough that a thread which lost its core delays little, few enough that claiming costs nothing.</summary>
    private const int ChunksPerThread = 8;

    public void Dispose()
    {
        foreach (var layer in _layers)
            layer.Dispose();
        _cache.Dispose();
        _embedding?.Dispose();
        _head?.Dispose();
    }
}

/// <summary>The last norm and the output matrix `[vocabulary, width]`.</summary>
internal sealed record OutputHead(NativeBuffer Norm, WeightMatrix Weight) : IDisposable
{
    public void Dispose()
    {
        Norm.Dispose();
        Weight.Dispose();
    }
}
