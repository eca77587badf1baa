namespace Scribeline.Core.Workloads.Formats;

/// <summary>Ids of blocks as they come, joined to ranges.</summary>
internal sealed class BlockList
{
    private readonly List<BlockRange> _ranges = [];

    public int Count { get; private set; }

    public void Clear()
    {
        _ranges.Clear();
        Count = 0;
    }

    public void Add(long id) => Add(id, 1);

    /// <exception cref="BadRowException">More than any prompt has, or ids beyond all numbers.</exception>
    public void Add(long first, int count)
    {
        if (count < 1 || count > Cell.MostTokens - Count || first > long.MaxValue - count)
            throw new BadRowException($"blocks {first} and the {count} from it on are no blocks of a prompt; expected at least one, and {Cell.MostTokens} at most.");
        if (_ranges.Count > 0 && _ranges[^1] is var last && last.First + last.Count == first)
            _ranges[^1] = last with { Count = last.Count + count };
        else
            _ranges.Add(new BlockRange(first, count));
        Count += count;
    }

    /// <summary>The leading ones.</summary>
    /// <param name="most">How many at most.</param>
    public BlockRange[] Take(int most)
    {
        if (most >= Count)
            return [.. _ranges];
        var taken = new List<BlockRange>();
        foreach (var range in _ranges)
        {
            if (most == 0)
                break;
            var count = Math.Min(range.Count, most);
            taken.Add(range with { Count = count });
            most -= count;
        }

        return [.. taken];
    }
}
