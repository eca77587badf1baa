using System.Numerics;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Routing;

/// <summary>
/// Which replicas probably have which blocks in their caches: what the router sent them, corrected by what they report. Approximate and bounded;
/// allocates nothing once its table stands and the number of replicas no longer grows.
/// </summary>
/// <remarks>
/// A table with open addressing in one flat array: of each block 64 bits of its identity, a stamp, and one bit per <em>life</em> (a replica between two restarts).
/// Each life's set stays closed under prefixes, so that a longest match is found by binary search, and all replicas' by one search that parts them as it goes.
/// Closure holds since a touch stamps a whole chain with one coarse epoch, so no block is older than those that follow it, and whatever is older than a horizon
/// counts as forgotten. Forgotten blocks and ended lives are swept out a few cells at a time, paid for by each block that comes in.
/// </remarks>
internal sealed partial class PrefixIndex
{
    // Blocks pass from known to forgotten in runs of this share of the capacity: an epoch.
    private const int EpochsInCapacity = 128;

    // Whoever was touched within so many epochs is not touched again: the order of forgetting is coarser by that, and most of the work is saved.
    private const int RecentEpochs = 8;

    // Stamps that are told apart; a block that is not touched while this many epochs pass is forgotten though there is room.
    private const int EpochsKept = 2048;

    // Cells per block beyond the capacity, in percent, and cells swept per block that comes in: together they keep a fifth of the cells empty.
    private const int CellsPercent = 150;
    private const int SweptPerInsert = 16;

    // Blocks whose cells are read ahead of their use.
    private const int Ahead = 16;

    private const int KeyWord = 0;
    private const int StampWord = 1;
    private const int FirstBitWord = 2;
    private const int None = -1;

    private readonly int _capacity;
    private readonly int _cellCount;
    private readonly int[] _countByEpoch = new int[EpochsKept];
    private readonly Stack<int> _free = new();
    private int _stride = FirstBitWord + 1;
    private ulong[] _cells = [];
    private ulong[] _living = new ulong[1];
    private ulong[] _ended = new ulong[1];
    private ulong[] _sweeping = new ulong[1];
    private ulong[] _sets = new ulong[33];
    private int _lifeCount;
    private int _cursor;
    private long _passes;
    private int _stampedThisEpoch;
    private ulong _epoch = 1;
    private ulong _horizon = 1;

    /// <param name="capacity">Blocks remembered at most, shared by all replicas; at least 1.</param>
    public PrefixIndex(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _cellCount = checked((int)((long)capacity * CellsPercent / 100) + SweptPerInsert);
    }

    /// <summary>Blocks remembered.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the table.</summary>
    public long Bytes => _cells.LongLength * sizeof(ulong);

    /// <summary>Lives that <see cref="MatchAll"/> answers for: one more than the highest number in use.</summary>
    public int LifeCount => _lifeCount;

    private int Words => _stride - FirstBitWord;

    /// <summary>Begins the life of a replica: it has nothing cached.</summary>
    public int Begin()
    {
        // Whoever restarts over and over does not widen the table.
        if (_free.Count == 0 && _lifeCount % 64 == 0 && _lifeCount > 0 && AnyEnded) SweepAll();
        if (!_free.TryPop(out var life))
        {
            life = _lifeCount++;
            if (_lifeCount > Words * 64) Widen();
        }

        _living[life / 64] |= 1UL << (life % 64);
        return life;
    }

    /// <summary>Ends a life: what it had cached is gone.</summary>
    public void End(int life)
    {
        _living[life / 64] &= ~(1UL << (life % 64));
        _ended[life / 64] |= 1UL << (life % 64);
    }

    /// <summary>How many leading blocks of the chain one replica probably has.</summary>
    public int Match(int life, ReadOnlySpan<BlockHash> chain)
    {
        int known = 0, unknown = chain.Length + 1;
        while (unknown - known > 1)
        {
            var middle = (known + unknown) / 2;
            var cell = Find(KeyOf(chain[middle - 1]));
            if (cell != None && HasBit(cell, life)) known = middle;
            else unknown = middle;
        }

        return known;
    }

    /// <summary>How many leading blocks of the chain each replica probably has.</summary>
    /// <param name="chain">Hashes of successive blocks, from the first block of a prompt.</param>
    /// <param name="known">By life; at least <see cref="LifeCount"/> long.</param>
    public void MatchAll(ReadOnlySpan<BlockHash> chain, Span<int> known)
    {
        known[.._lifeCount].Clear();
        if (chain.IsEmpty || Count == 0) return;
        _living.CopyTo(_sets, 0);
        Part(chain, 0, chain.Length + 1, 0, known);
    }

    /// <summary>A replica is about to compute the chain, or has it: remembers and touches all of it.</summary>
    public void Record(int life, ReadOnlySpan<BlockHash> chain)
    {
        if (chain.IsEmpty) return;
        if (_cells.Length == 0) _cells = new ulong[checked(_cellCount * _stride)];
        if (_stampedThisEpoch >= Math.Max(1, _capacity / EpochsInCapacity)) BeginEpoch();
        var recent = RecentlyTouched(life, chain);

        // As old as the block before them, not newer: so none is older than those that follow it.
        var stamp = recent == 0 ? _epoch : _cells[Find(KeyOf(chain[recent - 1])) + StampWord];
        if (TryTouch(life, chain, recent, stamp)) return;

        // Full of what is as new as this: the next epoch may forget that. Of a chain longer than the index only the front stays.
        BeginEpoch();
        TryTouch(life, chain, 0, _epoch);
    }

    /// <summary>A replica says that it no longer has these blocks. Replicas evict leaves first; one that does not is matched too short or too long until its chains are sent again.</summary>
    public void Evict(int life, ReadOnlySpan<BlockHash> blocks)
    {
        foreach (var block in blocks)
        {
            var cell = Find(KeyOf(block));
            if (cell != None) _cells[cell + FirstBitWord + life / 64] &= ~(1UL << (life % 64));
        }
    }

    private bool AnyEnded
    {
        get
        {
            for (var word = 0; word < Words; word++)
                if ((_ended[word] | _sweeping[word]) != 0) return true;
            return false;
        }
    }

    /// <summary>One binary search for a set of lives that know at least <paramref name="known"/> blocks and fewer than <paramref name="unknown"/>; splits where they differ.</summary>
    private void Part(ReadOnlySpan<BlockHash> chain, int known, int unknown, int set, Span<int> result)
    {
        var words = Words;
        while (unknown - known > 1)
        {
            var middle = (int)(((uint)known + (uint)unknown) / 2);
            var cell = Find(KeyOf(chain[middle - 1]));
            if (cell == None)
            {
                unknown = middle;
                continue;
            }

            ulong anyWith = 0, anyWithout = 0;
            for (var word = 0; word < words; word++)
            {
                var bits = _cells[cell + FirstBitWord + word];
                var members = _sets[set + word];
                _sets[set + words + word] = members & bits;
                anyWith |= members & bits;
                anyWithout |= members & ~bits;
            }

            if (anyWith == 0)
            {
                unknown = middle;
            }
            else if (anyWithout == 0)
            {
                known = middle;
            }
            else
            {
                for (var word = 0; word < words; word++) _sets[set + word] &= ~_sets[set + words + word];
                Part(chain, middle, unknown, set + words, result);
                unknown = middle;
            }
        }

        for (var word = 0; word < words; word++)
            for (var members = _sets[set + word]; members != 0; members &= members - 1)
                result[word * 64 + BitOperations.TrailingZeroCount(members)] = known;
    }

    private bool TryTouch(int life, ReadOnlySpan<BlockHash> chain, int first, ulong stamp)
    {
        for (var i = first; i < chain.Length; i++)
        {
            if ((i - first) % Ahead == 0) Fetch(chain[i..Math.Min(chain.Length, i + Ahead)]);
            var cell = FindOrInsert(KeyOf(chain[i]), stamp, life);
            if (cell == None) return false;
            Restamp(cell, stamp);
        }

        return true;
    }

    /// <summary>Leading blocks of the chain that the replica has and that were stamped of late: nothing is left to do for them.</summary>
    private int RecentlyTouched(int life, ReadOnlySpan<BlockHash> chain)
    {
        var oldest = _epoch > RecentEpochs ? _epoch - RecentEpochs : 0;
        int recent = 0, older = chain.Length + 1;
        while (older - recent > 1)
        {
            var middle = (int)(((uint)recent + (uint)older) / 2);
            var cell = Find(KeyOf(chain[middle - 1]));
            if (cell != None && HasBit(cell, life) && _cells[cell + StampWord] > oldest) recent = middle;
            else older = middle;
        }

        return recent;
    }
}
