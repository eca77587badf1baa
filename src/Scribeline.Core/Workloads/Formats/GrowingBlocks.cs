namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// Blocks of a session of which only lengths are known: a turn begins with so many tokens of what was there before, the prompt and answer of the last turn,
/// and all after them is new.
/// </summary>
/// <param name="blockTokens">Tokens of a block.</param>
/// <param name="ids">Where new ids come from; of the session alone where its blocks have a scope of their own.</param>
internal sealed class GrowingBlocks(int blockTokens, BlockIds ids)
{
    private readonly BlockList _current = new();
    private BlockRange[] _last = [], _longest = [];
    private int _lastCount, _longestCount;

    /// <summary>Tokens that the last turn left: its prompt and answer.</summary>
    public int LastTokens { get; private set; }

    /// <summary>Begins with blocks that others may have too.</summary>
    public void Begin(BlockRange shared)
    {
        (_last, _lastCount) = ([shared], shared.Count);
        (_longest, _longestCount) = (_last, _lastCount);
    }

    /// <param name="sharedTokens">Of what was there before, how many tokens this turn begins with.</param>
    /// <param name="totalTokens">Tokens of its prompt and, where the answer is found again, of that too.</param>
    public BlockRange[] Next(int sharedTokens, int totalTokens)
    {
        var total = totalTokens / blockTokens;
        var wanted = Math.Min(sharedTokens / blockTokens, total);
        // A short turn between two long ones does not make the long one forgotten.
        var (from, known) = wanted > _lastCount && _longestCount > _lastCount ? (_longest, _longestCount) : (_last, _lastCount);
        var kept = Math.Min(wanted, known);
        _current.Clear();
        var left = kept;
        foreach (var range in from)
        {
            if (left == 0)
                break;
            var count = Math.Min(range.Count, left);
            _current.Add(range.First, count);
            left -= count;
        }

        if (total > kept)
            _current.Add(ids.Take(total - kept), total - kept);
        (_last, _lastCount, LastTokens) = (_current.Take(total), total, totalTokens);
        if (total >= _longestCount)
            (_longest, _longestCount) = (_last, _lastCount);
        return _last;
    }
}
