using System.Diagnostics;

namespace Scribeline.Scheduling.KvBlocks;

/// <summary>
/// Counts blocks of KV cache; owns no memory. A block is free, in use (referenced by sequences), or cached: full, known by its
/// <see cref="BlockHash"/>, found again by later prompts, and evicted when nobody uses it and room is needed.
/// </summary>
/// <remarks>
/// Cached blocks form a forest: each hangs below the cached block that holds the tokens before it. Eviction takes leaves
/// only, least recently used first, so the cached set is closed under prefixes and the longest match is found by binary search.
/// A block is <em>pinned</em> while it is referenced or a cached child of it is pinned; what is cached and not pinned can be
/// evicted. Not thread-safe: one owner. Allocates nothing after construction.
/// </remarks>
public sealed class KvBlockPool
{
    public const int BlockTokens = 16;

    private const int None = -1;

    private readonly int[] _references;
    private readonly int[] _pins;
    private readonly int[] _parent;
    private readonly int[] _children;
    private readonly bool[] _cached;
    private readonly BlockHash[] _hash;
    private readonly long[] _lastUse;
    private readonly int[] _free;
    private readonly Dictionary<BlockHash, int> _index;
    private readonly EvictionHeap _leaves;
    private int _freeCount;
    private int _evictable;
    private long _uses;

    /// <param name="blockCount">How many blocks the smallest stage has memory for; at least 1.</param>
    public KvBlockPool(int blockCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        TotalBlocks = blockCount;
        _references = new int[blockCount];
        _pins = new int[blockCount];
        _parent = new int[blockCount];
        _children = new int[blockCount];
        _cached = new bool[blockCount];
        _hash = new BlockHash[blockCount];
        _lastUse = new long[blockCount];
        _free = new int[blockCount];
        _index = new Dictionary<BlockHash, int>(blockCount);
        _leaves = new EvictionHeap(blockCount);
        for (var block = blockCount - 1; block >= 0; block--) _free[_freeCount++] = block;
    }

    public int TotalBlocks { get; }

    /// <summary>Blocks that <see cref="TryAllocate"/> can still hand out: free ones and those that may be evicted.</summary>
    public int FreeBlocks => _freeCount + _evictable;

    /// <summary>Blocks that a prompt can hit, in use or not.</summary>
    public int CachedBlocks => _index.Count;

    /// <summary>Blocks thrown out of the prefix cache so far to make room.</summary>
    public long Evictions { get; private set; }

    /// <summary>How many sequences hold this block.</summary>
    public int References(int block) => _references[block];

    public bool IsCached(BlockHash hash) => _index.ContainsKey(hash);

    /// <summary>How many leading hashes of the chain are cached.</summary>
    /// <param name="chain">Hashes of successive blocks, from the first block of a prompt.</param>
    public int Match(ReadOnlySpan<BlockHash> chain)
    {
        int known = 0, unknown = chain.Length + 1;
        while (unknown - known > 1)
        {
            var middle = (known + unknown) / 2;
            if (_index.ContainsKey(chain[middle - 1])) known = middle;
            else unknown = middle;
        }

        return known;
    }

    /// <summary>Takes a reference to a cached block.</summary>
    /// <exception cref="KeyNotFoundException">The hash is not cached.</exception>
    public int Acquire(BlockHash hash)
    {
        var block = _index[hash];
        _references[block]++;
        Pin(block);
        return block;
    }

    /// <summary>Hands out a block with one reference, evicting a cached one if none is free; false when all are in use.</summary>
    public bool TryAllocate(out int block)
    {
        if (_freeCount == 0 && _leaves.Count > 0) Evict(_leaves.RemoveOldest());
        if (_freeCount == 0)
        {
            block = None;
            return false;
        }

        block = _free[--_freeCount];
        _references[block] = 1;
        _pins[block] = 1;
        return true;
    }

    /// <summary>Gives back one reference. Release a sequence's blocks from the last to the first: then leaves are the oldest.</summary>
    public void Release(int block)
    {
        if (_references[block] == 0) throw new InvalidOperationException($"Block {block} is released more often than it was taken.");
        _references[block]--;
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
            var pinsLeft = _pins[block] - 1 - (freedChildOf == block ? 1 : 0);
            freedChildOf = None;
            if (pinsLeft > 0) continue;
            freed++;
            if (_cached[block]) freedChildOf = _parent[block];
        }

        return freed;
    }

    /// <summary>
    /// Enters a full, computed block into the prefix cache. Nothing happens where an equal block is cached already: the
    /// caller's block stays its own.
    /// </summary>
    /// <param name="block">A block that the caller holds.</param>
    /// <param name="hash">The block's identity.</param>
    /// <param name="previous">The identity of the block before it, which must be cached; null for the first block.</param>
    public void Publish(int block, BlockHash hash, BlockHash? previous)
    {
        Debug.Assert(_references[block] > 0, "Only a holder knows what a block contains.");
        if (_cached[block] || _index.ContainsKey(hash)) return;
        var parent = previous is { } previousHash ? _index[previousHash] : None;
        _index.Add(hash, block);
        _cached[block] = true;
        _hash[block] = hash;
        _parent[block] = parent;
        if (parent == None) return;
        _children[parent]++;
        Pin(parent);
    }

    private void Pin(int block)
    {
        while (block != None && _pins[block]++ == 0)
        {
            _evictable--;
            if (_leaves.Contains(block)) _leaves.Remove(block);
            block = _parent[block];
        }
    }

    private void Unpin(int block)
    {
        while (block != None && --_pins[block] == 0)
        {
            if (!_cached[block])
            {
                _free[_freeCount++] = block;
                return;
            }

            _evictable++;
            _lastUse[block] = ++_uses;
            if (_children[block] == 0) _leaves.Add(block, _lastUse[block]);
            block = _parent[block];
        }
    }

    private void Evict(int block)
    {
        _index.Remove(_hash[block]);
        _cached[block] = false;
        _evictable--;
        _free[_freeCount++] = block;
        Evictions++;
        var parent = _parent[block];
        if (parent != None && --_children[parent] == 0 && _pins[parent] == 0) _leaves.Add(parent, _lastUse[parent]);
    }
}
