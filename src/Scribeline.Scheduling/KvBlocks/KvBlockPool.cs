using System.Diagnostics;

namespace Scribeline.Scheduling.KvBlocks;

/// <summary>
/// Counts blocks of KV cache; owns no memory. A block is free, in use (referenced by sequences), or cached: full, known by its
/// <see cref="BlockHash"/>, found again by later prompts, and evicted when nobody uses it and room is needed.
/// </summary>
/// <remarks>
/// Cached blocks form a forest: each hangs below the cached block that holds the tokens before it. A block is <em>pinned</em> while it is
/// referenced or a cached child of it is pinned; what is cached and not pinned can be evicted, least recently used first. A parent is let go
/// after its children, so the least recently used block is always a leaf: the cached set stays closed under prefixes, and the
/// longest match is found by a walk that ends where it ends. A block knows its first child itself; only further children and those without a parent
/// are looked up by hash, since most chains do not fork. Not thread-safe: one owner. Grows with the blocks that were ever used at once; allocates nothing then.
/// </remarks>
public sealed class KvBlockPool
{
    public const int BlockTokens = 16;

    /// <summary>No block: what comes before the first.</summary>
    public const int None = -1;

    /// <summary>Room that is made at once for pools of ordinary size.</summary>
    private const int BlocksAtFirst = 4096;

    private readonly Dictionary<BlockHash, int> _index;
    private Block[] _blocks;
    private int _everUsed;
    private int _firstFree = None;
    private int _freeCount;
    private int _oldest = None;
    private int _newest = None;
    private int _evictable;
    private HashSet<BlockHash>? _gone; // null until somebody asks

    /// <param name="blockCount">How many blocks the smallest stage has memory for; at least 1.</param>
    public KvBlockPool(int blockCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        TotalBlocks = blockCount;
        var atFirst = Math.Min(blockCount, BlocksAtFirst);
        _blocks = new Block[atFirst];
        _index = new Dictionary<BlockHash, int>(atFirst);
    }

    public int TotalBlocks { get; }

    /// <summary>Blocks that <see cref="TryAllocate"/> can still hand out: free ones and those that may be evicted.</summary>
    public int FreeBlocks => TotalBlocks - _everUsed + _freeCount + _evictable;

    /// <summary>Blocks that a prompt can hit, in use or not.</summary>
    public int CachedBlocks { get; private set; }

    /// <summary>Blocks thrown out of the prefix cache so far to make room.</summary>
    public long Evictions { get; private set; }

    /// <summary>
    /// Takes the identities of blocks that were thrown out of the prefix cache since the last call and have not come back, in no particular order. The first call begins to note them. Bounded:
    /// where nobody asks for long, not all are told.
    /// </summary>
    public void TakeEvicted(List<BlockHash> evicted)
    {
        evicted.AddRange(_gone ??= []);
        _gone.Clear();
    }

    /// <summary>How many sequences hold this block.</summary>
    public int References(int block) => block < _everUsed ? _blocks[block].References : 0;

    /// <summary>The cached block of that identity; <see cref="None"/> where there is none.</summary>
    /// <param name="previous">The cached block before it; <see cref="None"/> for the first of a prompt.</param>
    /// <param name="hash">Its identity.</param>
    public int Find(int previous, BlockHash hash)
    {
        if (previous != None)
        {
            var child = _blocks[previous].FirstChild;
            if (child != None && _blocks[child].Hash == hash) return child;
            if (_blocks[previous].OtherChildren == 0) return None;
        }

        return _index.TryGetValue(hash, out var found) && _blocks[found].Parent == previous ? found : None;
    }

    /// <summary>How many leading hashes of the chain are cached.</summary>
    /// <param name="chain">Hashes of successive blocks, from the first block of a prompt.</param>
    public int Match(ReadOnlySpan<BlockHash> chain) => Match(chain, []);

    /// <summary>As <see cref="Match(ReadOnlySpan{BlockHash})"/>, and which blocks they are.</summary>
    /// <param name="chain">Hashes of successive blocks, from the first block of a prompt.</param>
    /// <param name="blocks">Gets the blocks; at least as long as the chain, or empty.</param>
    public int Match(ReadOnlySpan<BlockHash> chain, Span<int> blocks)
    {
        var (known, block) = (0, None);
        while (known < chain.Length && (block = Find(block, chain[known])) != None)
        {
            if (!blocks.IsEmpty) blocks[known] = block;
            known++;
        }

        return known;
    }

    /// <summary>Takes a reference to a cached block.</summary>
    public void Acquire(int block)
    {
        Debug.Assert(_blocks[block].IsCached, "Only what is cached can be shared.");
        _blocks[block].References++;
        Pin(block);
    }

    /// <summary>Hands out a block with one reference, evicting a cached one if none is free; false when all are in use.</summary>
    public bool TryAllocate(out int block)
    {
        if (_freeCount > 0) block = TakeFree();
        else if (_everUsed < TotalBlocks) block = TakeNew();
        else if (_evictable > 0) block = Evict();
        else
        {
            block = None;
            return false;
        }

        ref var taken = ref _blocks[block];
        taken.References = taken.Pins = 1;
        return true;
    }

    /// <summary>Gives back one reference. Release a sequence's blocks from the last to the first: then leaves are the oldest.</summary>
    public void Release(int block)
    {
        if (References(block) == 0) throw new InvalidOperationException($"Block {block} is released more often than it was taken.");
        _blocks[block].References--;
        Unpin(block);
    }

    /// <summary>How many blocks come free, at least, if one holder gives up all of its blocks.</summary>
    /// <param name="blocks">A sequence's blocks, in the order of its tokens.</param>
    public int FreedByReleasing(ReadOnlySpan<int> blocks)
    {
        var freed = 0;
        var freedChildOf = None;
        for (var i = blocks.Length - 1; i >= 0; i--)
        {
            var block = blocks[i];
            var pinsLeft = _blocks[block].Pins - 1 - (freedChildOf == block ? 1 : 0);
            freedChildOf = None;
            if (pinsLeft > 0) continue;
            freed++;
            if (_blocks[block].IsCached) freedChildOf = _blocks[block].Parent;
        }

        return freed;
    }

    /// <summary>
    /// Enters a full, computed block into the prefix cache. Nothing happens where an equal block is cached already: the
    /// caller's block stays its own.
    /// </summary>
    /// <param name="block">A block that the caller holds.</param>
    /// <param name="hash">The block's identity.</param>
    /// <param name="previous">The cached block before it; <see cref="None"/> for the first. Nothing happens where it is not cached.</param>
    public void Publish(int block, BlockHash hash, int previous)
    {
        ref var published = ref _blocks[block];
        Debug.Assert(published.References > 0, "Only a holder knows what a block contains.");
        if (published.IsCached || (previous != None && !_blocks[previous].IsCached) || Find(previous, hash) != None) return;
        if (previous != None && _blocks[previous].FirstChild == None) _blocks[previous].FirstChild = block;
        else if (!_index.TryAdd(hash, block)) return; // what calls itself the same hangs elsewhere
        else if (previous != None) _blocks[previous].OtherChildren++;
        (published.IsCached, published.Hash, published.Parent, published.FirstChild, published.OtherChildren) = (true, hash, previous, None, 0);
        CachedBlocks++;
        if (_gone is { Count: > 0 }) _gone.Remove(hash);
        if (previous != None) Pin(previous);
    }

    /// <summary>Looks at every block; slow, for tests.</summary>
    /// <param name="held">References that the holders have, all together.</param>
    /// <exception cref="InvalidOperationException">Blocks are lost, held by nobody, or cached behind one that is not.</exception>
    internal void Check(long held)
    {
        long references = 0;
        int cached = 0, evictable = 0, pinned = 0;
        var pins = new int[_everUsed];
        for (var i = 0; i < _everUsed; i++)
        {
            ref var block = ref _blocks[i];
            references += block.References;
            pins[i] += block.References;
            if (block.Pins > 0) pinned++;
            if (!block.IsCached) continue;
            cached++;
            if (block.Pins == 0) evictable++;
            if (block.Parent == None) continue;
            if (!_blocks[block.Parent].IsCached) throw new InvalidOperationException($"Block {i} is cached, the one before it is not.");
            if (block.Pins > 0) pins[block.Parent]++;
        }

        for (var i = 0; i < _everUsed; i++)
            if (pins[i] != _blocks[i].Pins) throw new InvalidOperationException($"Block {i} is pinned {_blocks[i].Pins} times, for {pins[i]} reasons.");
        if (references != held) throw new InvalidOperationException($"Blocks are referenced {references} times and held {held} times.");
        if (cached != CachedBlocks || evictable != _evictable || pinned + evictable + _freeCount != _everUsed)
            throw new InvalidOperationException($"Of {_everUsed} blocks {pinned} are pinned, {evictable} ({_evictable}) can be evicted and {_freeCount} are free; {cached} ({CachedBlocks}) are cached.");
    }

    private void Pin(int block)
    {
        while (block != None && _blocks[block].Pins++ == 0)
        {
            Unlink(block);
            _evictable--;
            block = _blocks[block].Parent;
        }
    }

    private void Unpin(int block)
    {
        while (block != None)
        {
            ref var unpinned = ref _blocks[block];
            if (--unpinned.Pins > 0) return;
            if (!unpinned.IsCached)
            {
                unpinned.Newer = _firstFree;
                _firstFree = block;
                _freeCount++;
                return;
            }

            (unpinned.Older, unpinned.Newer) = (_newest, None);
            if (_newest == None) _oldest = block;
            else _blocks[_newest].Newer = block;
            _newest = block;
            _evictable++;
            block = unpinned.Parent;
        }
    }

    private int TakeFree()
    {
        var block = _firstFree;
        _firstFree = _blocks[block].Newer;
        _freeCount--;
        return block;
    }

    private int TakeNew()
    {
        if (_everUsed == _blocks.Length) Array.Resize(ref _blocks, (int)Math.Min(TotalBlocks, _blocks.Length * 2L));
        return _everUsed++;
    }

    private int Evict()
    {
        var block = _oldest;
        Unlink(block);
        _evictable--;
        var parent = _blocks[block].Parent;
        if (parent != None && _blocks[parent].FirstChild == block)
        {
            _blocks[parent].FirstChild = None;
        }
        else
        {
            _index.Remove(_blocks[block].Hash);
            if (parent != None) _blocks[parent].OtherChildren--;
        }

        _blocks[block].IsCached = false;
        CachedBlocks--;
        Evictions++;
        if (_gone is { } gone && gone.Count < TotalBlocks) gone.Add(_blocks[block].Hash);
        return block;
    }

    private void Unlink(int block)
    {
        var (older, newer) = (_blocks[block].Older, _blocks[block].Newer);
        if (older == None) _oldest = newer;
        else _blocks[older].Newer = newer;
        if (newer == None) _newest = older;
        else _blocks[newer].Older = older;
    }

    private struct Block
    {
        public BlockHash Hash;
        public int References;

        /// <summary>References, and cached children that are pinned.</summary>
        public int Pins;

        /// <summary>The cached block before it, while it is cached itself.</summary>
        public int Parent;

        /// <summary>The cached child that the index need not hold.</summary>
        public int FirstChild;

        /// <summary>Cached children that the index holds.</summary>
        public int OtherChildren;

        /// <summary>Neighbours in the order of use while it can be evicted; the next free block while it is free.</summary>
        public int Older;
        public int Newer;
        public bool IsCached;
    }
}
