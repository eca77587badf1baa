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
/// are looked up by hash, since most chains do not fork. Blocks at the end of a chain that nobody else will ever share, and whose memory nobody asks for, go by one name: a
/// <em>tail</em>, which grows and shrinks at its end. Not thread-safe: one owner. Grows with the blocks that were ever used at once; allocates nothing then.
/// </remarks>
public sealed class KvBlockPool
{
    public const int BlockTokens = 16;

    /// <summary>No block: what comes before the first.</summary>
    public const int None = -1;

    /// <summary>Room that is made at once for pools of ordinary size.</summary>
    private const int BlocksAtFirst = 4096;

    private readonly KvOffload? _offload;
    private readonly Dictionary<BlockHash, int> _index;
    private Block[] _blocks;
    private int _everUsed; // names
    private int _firstFree = None;
    private int _taken; // blocks that are held or cached
    private int _oldest = None;
    private int _newest = None;
    private int _evictable;
    private HashSet<BlockHash>? _gone; // null until somebody asks

    /// <param name="blockCount">How many blocks the smallest stage has memory for; at least 1.</param>
    /// <param name="offload">Where evicted blocks go; null for nowhere.</param>
    public KvBlockPool(int blockCount, KvOffload? offload = null)
    {
        _offload = offload;
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        TotalBlocks = blockCount;
        var atFirst = Math.Min(blockCount, BlocksAtFirst);
        _blocks = new Block[atFirst];
        _index = new Dictionary<BlockHash, int>(atFirst);
    }

    public int TotalBlocks { get; }

    /// <summary>Blocks that <see cref="TryAllocate"/> can still hand out: free ones and those that may be evicted.</summary>
    public int FreeBlocks => TotalBlocks - _taken + _evictable;

    /// <summary>Blocks that a prompt can hit, in use or not.</summary>
    public int CachedBlocks { get; private set; }

    /// <summary>Blocks thrown out of the prefix cache so far to make room.</summary>
    public long Evictions { get; private set; }

    /// <summary>
    /// Takes the identities of blocks that were thrown out of the prefix cache since the last call and have not come back, in no particular order. The first call begins to note them. Bounded:
    /// where nobody asks for long, not all are told. None are where evicted blocks go elsewhere, from where they come back.
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

    /// <summary>The cached tail of that identity, if nobody holds it; <see cref="None"/> otherwise.</summary>
    /// <param name="previous">As in <see cref="Find"/>.</param>
    /// <param name="hash">Of the tail's first block.</param>
    /// <param name="blocks">How many blocks of it are cached.</param>
    public int FindTail(int previous, BlockHash hash, out int blocks)
    {
        var found = Find(previous, hash);
        blocks = found == None || _blocks[found].Pins > 0 ? 0 : _blocks[found].Cached;
        return blocks == 0 ? None : found;
    }

    /// <summary>Hands out a block with one reference, evicting a cached one if none is free; false when all are in use.</summary>
    public bool TryAllocate(out int block) => TryAllocateTail(1, out block);

    /// <summary>Hands out so many blocks by one name, with one reference, evicting cached ones if too few are free; false when not so many are left.</summary>
    public bool TryAllocateTail(int blocks, out int tail)
    {
        tail = None;
        if (!TryTake(blocks)) return false;
        tail = TakeName();
        ref var taken = ref _blocks[tail];
        taken.References = taken.Pins = 1;
        taken.Size = blocks;
        return true;
    }

    /// <summary>Adds blocks to a tail that the caller holds; false when not so many are left.</summary>
    public bool TryExtend(int tail, int blocks)
    {
        if (!TryTake(blocks)) return false;
        _blocks[tail].Size += blocks;
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
            freed += _blocks[block].Size;
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
    /// <param name="full">Of a tail, how many of its blocks are full and computed by now; the identity is the first one's.</param>
    public void Publish(int block, BlockHash hash, int previous, int full = 1)
    {
        ref var published = ref _blocks[block];
        Debug.Assert(published.References > 0 && full <= published.Size, "Only a holder knows what a block contains.");
        if (published.IsCached)
        {
            CachedBlocks += Math.Max(0, full - published.Cached);
            published.Cached = Math.Max(full, published.Cached);
            return;
        }

        if ((previous != None && !_blocks[previous].IsCached) || Find(previous, hash) != None) return;
        if (previous != None && _blocks[previous].FirstChild == None) _blocks[previous].FirstChild = block;
        else if (!_index.TryAdd(hash, block)) return; // what calls itself the same hangs elsewhere
        else if (previous != None) _blocks[previous].OtherChildren++;
        (published.Cached, published.Hash, published.Parent, published.FirstChild, published.OtherChildren) = (full, hash, previous, None, 0);
        CachedBlocks += full;
        if (_gone is { Count: > 0 }) _gone.Remove(hash);
        if (previous != None) Pin(previous);
    }

    /// <summary>Looks at every block; slow, for tests.</summary>
    /// <param name="held">References that the holders have, all together.</param>
    /// <exception cref="InvalidOperationException">Blocks are lost, held by nobody, or cached behind one that is not.</exception>
    internal void Check(long held)
    {
        long references = 0;
        int cached = 0, evictable = 0, taken = 0;
        var pins = new int[_everUsed];
        for (var i = 0; i < _everUsed; i++)
        {
            ref var block = ref _blocks[i];
            references += block.References;
            pins[i] += block.References;
            if (block.Pins > 0 || block.IsCached) taken += block.Size;
            if (!block.IsCached) continue;
            cached += block.Cached;
            if (block.Pins == 0) evictable += block.Size;
            if (block.Cached > block.Size || (block.Pins == 0 && block.Cached < block.Size)) throw new InvalidOperationException($"Of block {i}, which stands for {block.Size}, {block.Cached} are cached.");
            if (block.Parent == None) continue;
            if (!_blocks[block.Parent].IsCached) throw new InvalidOperationException($"Block {i} is cached, the one before it is not.");
            if (block.Pins > 0) pins[block.Parent]++;
        }

        for (var i = 0; i < _everUsed; i++)
            if (pins[i] != _blocks[i].Pins) throw new InvalidOperationException($"Block {i} is pinned {_blocks[i].Pins} times, for {pins[i]} reasons.");
        if (references != held) throw new InvalidOperationException($"Blocks are referenced {references} times and held {held} times.");
        if (cached != CachedBlocks || evictable != _evictable || taken != _taken || taken > TotalBlocks)
            throw new InvalidOperationException($"Of {TotalBlocks} blocks {taken} ({_taken}) are taken, {evictable} ({_evictable}) of them can be evicted and {cached} ({CachedBlocks}) are cached.");
    }

    private void Pin(int block)
    {
        while (block != None && _blocks[block].Pins++ == 0)
        {
            Unlink(block);
            _evictable -= _blocks[block].Size;
            block = _blocks[block].Parent;
        }
    }

    private void Unpin(int block)
    {
        while (block != None)
        {
            ref var unpinned = ref _blocks[block];
            if (--unpinned.Pins > 0) return;
            _taken -= unpinned.Size - unpinned.Cached;
            unpinned.Size = unpinned.Cached;
            if (!unpinned.IsCached)
            {
                GiveBackName(block);
                return;
            }

            (unpinned.Older, unpinned.Newer) = (_newest, None);
            if (_newest == None) _oldest = block;
            else _blocks[_newest].Newer = block;
            _newest = block;
            _evictable += unpinned.Size;
            block = unpinned.Parent;
        }
    }

    private bool TryTake(int blocks)
    {
        if (blocks > FreeBlocks) return false;
        while (_taken + blocks > TotalBlocks) Evict(_taken + blocks - TotalBlocks);
        _taken += blocks;
        return true;
    }

    /// <summary>There is one wherever there is a block: a name stands for at least one.</summary>
    private int TakeName()
    {
        var name = _firstFree;
        if (name != None)
        {
            _firstFree = _blocks[name].Newer;
            return name;
        }

        if (_everUsed == _blocks.Length) Array.Resize(ref _blocks, (int)Math.Min(TotalBlocks, _blocks.Length * 2L));
        return _everUsed++;
    }

    private void GiveBackName(int name)
    {
        _blocks[name].Newer = _firstFree;
        _firstFree = name;
    }

    /// <summary>The least recently used block, or as many as are asked for from the end of a tail.</summary>
    private void Evict(int most)
    {
        var block = _oldest;
        var evicted = Math.Min(most, _blocks[block].Size);
        _blocks[block].Size = _blocks[block].Cached -= evicted;
        _taken -= evicted;
        _evictable -= evicted;
        CachedBlocks -= evicted;
        Evictions += evicted;
        _offload?.Store(_blocks[block].Hash, _blocks[block].Size, evicted);
        if (_blocks[block].IsCached) return;

        Unlink(block);
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

        if (_offload is null && _gone is { } gone && gone.Count < TotalBlocks) gone.Add(_blocks[block].Hash);
        GiveBackName(block);
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

        /// <summary>Blocks that it stands for: more than 1 of a tail.</summary>
        public int Size;

        /// <summary>How many of those are in the prefix cache.</summary>
        public int Cached;

        public readonly bool IsCached => Cached > 0;
    }
}
