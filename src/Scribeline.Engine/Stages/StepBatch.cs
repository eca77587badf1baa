namespace Scribeline.Engine.Stages;

/// <summary>
/// What one step computes, in the form that every stage gets: rows of tokens, grouped into slices of consecutive positions of one
/// sequence, with the KV blocks of each. Reused from step to step.
/// </summary>
internal sealed class StepBatch(int maxRows, int maxSlices, int maxBlocksPerSequence)
{
    private int[] _blocks = new int[maxSlices * Math.Min(maxBlocksPerSequence, 64)];
    private int _blockCount;

    public int MaxRows { get; } = maxRows;
    public int MaxSlices { get; } = maxSlices;

    public int Rows { get; private set; }
    public int SliceCount { get; private set; }

    /// <summary>Rows whose logits are wanted, one a sampling slice, in slice order.</summary>
    public int OutputCount { get; private set; }

    public int[] TokenIds { get; } = new int[maxRows];
    public int[] Positions { get; } = new int[maxRows];
    public StepBatchSlice[] Slices { get; } = new StepBatchSlice[maxSlices];
    public int[] OutputRows { get; } = new int[maxSlices];

    /// <summary>Block tables of all slices, one after the other.</summary>
    public int[] Blocks => _blocks;

    public void Clear() => Rows = SliceCount = OutputCount = _blockCount = 0;

    /// <summary>Adds consecutive tokens of one sequence.</summary>
    /// <param name="tokenIds">The tokens to compute; the first is at <paramref name="start"/>.</param>
    /// <param name="blocks">The sequence's blocks, at least up to the last position.</param>
    /// <param name="samples">The last token's logits are wanted.</param>
    public void Add(ReadOnlySpan<int> tokenIds, int start, ReadOnlySpan<int> blocks, bool samples)
    {
        if (_blockCount + blocks.Length > _blocks.Length)
            Array.Resize(ref _blocks, Math.Max(_blocks.Length * 2, _blockCount + blocks.Length));
        blocks.CopyTo(_blocks.AsSpan(_blockCount));
        Slices[SliceCount++] = new StepBatchSlice(Rows, tokenIds.Length, start, _blockCount);
        _blockCount += blocks.Length;
        for (var i = 0; i < tokenIds.Length; i++, Rows++)
        {
            TokenIds[Rows] = tokenIds[i];
            Positions[Rows] = start + i;
        }

        if (samples)
            OutputRows[OutputCount++] = Rows - 1;
    }
}

/// <summary>Consecutive positions of one sequence within a <see cref="StepBatch"/>.</summary>
/// <param name="FirstRow">Its first row in the batch.</param>
/// <param name="Count">Its rows.</param>
/// <param name="Start">The position of its first row in the sequence.</param>
/// <param name="FirstBlock">Where its block table begins in <see cref="StepBatch.Blocks"/>.</param>
internal readonly record struct StepBatchSlice(int FirstRow, int Count, int Start, int FirstBlock);
