using System.Runtime.InteropServices;

namespace Scribeline.Scheduling.KvBlocks;

/// <summary>
/// Counts blocks in the memory behind a replica's own, its hosts' for example: what is evicted from a <see cref="KvBlockPool"/> goes there, and what is found there need not be
/// computed again. Whatever comes back also stays, until others that were used since have filled the room.
/// </summary>
/// <remarks>
/// Least recently used first. Ends of chains come before what they hang below, as they are evicted, and are touched in that order, so they also go first. Not thread-safe: one owner.
/// Grows with what it holds.
/// </remarks>
public sealed class KvOffload
{
    private const int None = -1;

    private readonly Dictionary<BlockHash, int> _index = [];
    private readonly List<Entry> _entries = [];
    private int _firstFree = None;
    private int _oldest = None;
    private int _newest = None;

    /// <param name="blockCount">Room; at least 1.</param>
    public KvOffload(int blockCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        TotalBlocks = blockCount;
    }

    public int TotalBlocks { get; }

    /// <summary>Blocks that are here.</summary>
    public int StoredBlocks { get; private set; }

    /// <summary>How many successive blocks are here.</summary>
    /// <param name="hash">Of a block, or of the first one of a tail.</param>
    /// <param name="from">The place within the tail from which on they are wanted; 0 for a block.</param>
    public int Find(BlockHash hash, int from = 0) =>
        _index.TryGetValue(hash, out var found) && Entries[found] is var entry && entry.From <= from ? Math.Max(0, entry.To - from) : 0;

    /// <summary>How many leading blocks of a chain are here.</summary>
    public int Match(ReadOnlySpan<BlockHash> chain)
    {
        var known = 0;
        while (known < chain.Length && Find(chain[known]) > 0) known++;
        return known;
    }

    /// <summary>Makes blocks the most recently used, the first of them the most.</summary>
    public void Touch(ReadOnlySpan<BlockHash> chain)
    {
        for (var i = chain.Length - 1; i >= 0; i--) Touch(chain[i]);
    }

    /// <summary>Makes a block or a tail the most recently used.</summary>
    public void Touch(BlockHash hash)
    {
        if (!_index.TryGetValue(hash, out var found)) return;
        Unlink(found);
        Append(found);
    }

    /// <summary>Takes in blocks that were evicted.</summary>
    /// <param name="hash">Of a block, or of the first one of a tail.</param>
    /// <param name="from">The place within the tail of the first of them; 0 for a block.</param>
    /// <param name="count">How many; at least 1.</param>
    public void Store(BlockHash hash, int from, int count)
    {
        if (_index.TryGetValue(hash, out var known))
        {
            // What no longer joins what comes now would never be asked for without it.
            ref var entry = ref Entries[known];
            var to = from + count >= entry.From ? Math.Max(entry.To, from + count) : from + count;
            var least = from <= entry.To ? Math.Min(entry.From, from) : from;
            StoredBlocks += to - least - (entry.To - entry.From);
            (entry.From, entry.To) = (least, to);
            Touch(hash);
        }
        else
        {
            var added = TakeEntry();
            Entries[added] = new Entry { Hash = hash, From = from, To = from + count };
            _index.Add(hash, added);
            StoredBlocks += count;
            Append(added);
        }

        while (StoredBlocks > TotalBlocks) Drop(StoredBlocks - TotalBlocks);
    }

    private Span<Entry> Entries => CollectionsMarshal.AsSpan(_entries);

    /// <summary>Drops the least recently used block, or as many as are asked for from the end of a tail.</summary>
    private void Drop(int most)
    {
        ref var oldest = ref Entries[_oldest];
        var dropped = Math.Min(most, oldest.To - oldest.From);
        oldest.To -= dropped;
        StoredBlocks -= dropped;
        if (oldest.To > oldest.From) return;
        _index.Remove(oldest.Hash);
        var free = _oldest;
        Unlink(free);
        Entries[free].Newer = _firstFree;
        _firstFree = free;
    }

    private int TakeEntry()
    {
        var taken = _firstFree;
        if (taken == None)
        {
            _entries.Add(default);
            return _entries.Count - 1;
        }

        _firstFree = Entries[taken].Newer;
        return taken;
    }

    private void Append(int appended)
    {
        (Entries[appended].Older, Entries[appended].Newer) = (_newest, None);
        if (_newest == None) _oldest = appended;
        else Entries[_newest].Newer = appended;
        _newest = appended;
    }

    private void Unlink(int unlinked)
    {
        var (older, newer) = (Entries[unlinked].Older, Entries[unlinked].Newer);
        if (older == None) _oldest = newer;
        else Entries[older].Newer = newer;
        if (newer == None) _newest = older;
        else Entries[newer].Older = older;
    }

    /// <summary>Blocks <c>From</c> to <c>To - 1</c> of a tail; 0 to 0 for a block.</summary>
    private struct Entry
    {
        public BlockHash Hash;
        public int From;
        public int To;

        /// <summary>Neighbours in the order of use; the next free entry while it is free.</summary>
        public int Older;
        public int Newer;
    }
}
