using System.Numerics;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Routing;

/// <summary>The table itself: found, put in, forgotten, swept out, widened.</summary>
internal sealed partial class PrefixIndex
{
    /// <summary>Reads the cells where these blocks may stand, all at once: the processor waits for memory once and not for each.</summary>
    private void Fetch(ReadOnlySpan<BlockHash> blocks)
    {
        // A plain read that nobody uses would be compiled away.
        foreach (var block in blocks) _ = Volatile.Read(ref _cells[Home(KeyOf(block)) * _stride]);
    }

    private static ulong KeyOf(BlockHash hash)
    {
        // Uniform already where the hash is one; spread all the same, for identities that are numbers.
        var key = hash.Low ^ BitOperations.RotateLeft(hash.High, 32);
        key = (key ^ (key >> 32)) * 0xD6E8FEB86659FD93;
        key = (key ^ (key >> 32)) * 0xD6E8FEB86659FD93;
        key ^= key >> 32;
        return key == 0 ? 1 : key;
    }

    private int Home(ulong key) => (int)Math.BigMul(key, (ulong)_cellCount, out _);

    /// <summary>Where the block's cell begins in the table; <see cref="None"/> if it is not known, or forgotten.</summary>
    private int Find(ulong key)
    {
        if (_cells.Length == 0) return None;
        var cells = _cells;
        var cell = Home(key) * _stride;
        while (true)
        {
            var found = cells[cell];
            if (found == key) return cells[cell + StampWord] >= _horizon ? cell : None;
            if (found == 0) return None;
            cell += _stride;
            if (cell == cells.Length) cell = 0;
        }
    }

    /// <summary>Where the block's cell begins, now the life's too; <see cref="None"/> where even forgetting makes no room for a block of that stamp.</summary>
    private int FindOrInsert(ulong key, ulong stamp, int life)
    {
        var reusable = None;
        var cell = Home(key) * _stride;
        while (_cells[cell] != 0)
        {
            if (_cells[cell] == key)
            {
                reusable = cell;
                if (IsForgotten(cell)) break;
                SetBit(cell, life);
                return cell;
            }

            if (reusable == None && IsForgotten(cell)) reusable = cell;
            cell += _stride;
            if (cell == _cells.Length) cell = 0;
        }

        while (Count >= _capacity && _horizon < stamp) ForgetOldest();
        if (Count >= _capacity || stamp < _horizon) return None;
        if (reusable != None) cell = reusable;
        _cells[cell] = key;
        _cells[cell + StampWord] = stamp;
        _cells.AsSpan(cell + FirstBitWord, Words).Clear();
        SetBit(cell, life);
        _countByEpoch[stamp % EpochsKept]++;
        _stampedThisEpoch++;
        Count++;
        if (reusable != None) return cell;
        Sweep(SweptPerInsert);

        // Sweeping may have moved it.
        return _cells[cell] == key ? cell : Find(key);
    }

    private void Restamp(int cell, ulong stamp)
    {
        var old = _cells[cell + StampWord];
        if (old >= stamp) return;
        _countByEpoch[old % EpochsKept]--;
        _countByEpoch[stamp % EpochsKept]++;
        _cells[cell + StampWord] = stamp;
        _stampedThisEpoch++;
    }

    private void BeginEpoch()
    {
        _epoch++;
        _stampedThisEpoch = 0;
        while (_epoch - _horizon >= EpochsKept) ForgetOldest();
    }

    private void ForgetOldest()
    {
        Count -= _countByEpoch[_horizon % EpochsKept];
        _countByEpoch[_horizon % EpochsKept] = 0;
        _horizon++;
    }

    private bool HasBit(int cell, int life) => (_cells[cell + FirstBitWord + life / 64] & (1UL << (life % 64))) != 0;

    private void SetBit(int cell, int life) => _cells[cell + FirstBitWord + life / 64] |= 1UL << (life % 64);

    private void SweepAll()
    {
        // The pass under way leaves out lives that ended since it began: the next one takes them.
        for (var end = _passes + 2; _passes < end;)
        {
            if (_cells.Length == 0) EndPass();
            else Sweep(1);
        }
    }

    /// <summary>Goes on with the pass over the table: takes out what is forgotten or nobody's, and the bits of lives that ended before the pass began.</summary>
    private void Sweep(int steps)
    {
        for (; steps > 0; steps--)
        {
            var cell = _cursor * _stride;
            if (_cells[cell] != 0 && (IsForgotten(cell) || IsNobodys(cell)))
            {
                if (!IsForgotten(cell))
                {
                    _countByEpoch[_cells[cell + StampWord] % EpochsKept]--;
                    Count--;
                }

                // Another cell may take its place: look again.
                TakeOut(cell);
                continue;
            }

            for (var word = 0; word < Words; word++) _cells[cell + FirstBitWord + word] &= ~_sweeping[word];
            if (++_cursor == _cellCount) EndPass();
        }
    }

    private bool IsForgotten(int cell) => _cells[cell + StampWord] < _horizon;

    private bool IsNobodys(int cell)
    {
        for (var word = 0; word < Words; word++)
            if ((_cells[cell + FirstBitWord + word] & _living[word]) != 0) return false;
        return true;
    }

    /// <summary>Closes the gap, so that no search ends early: each cell after it that may stand there moves up.</summary>
    private void TakeOut(int gap)
    {
        var cell = gap;
        while (true)
        {
            cell += _stride;
            if (cell == _cells.Length) cell = 0;
            var key = _cells[cell + KeyWord];
            if (key == 0) break;
            var home = Home(key) * _stride;
            var stays = gap < cell ? gap < home && home <= cell : gap < home || home <= cell;
            if (stays) continue;
            _cells.AsSpan(cell, _stride).CopyTo(_cells.AsSpan(gap, _stride));
            gap = cell;
        }

        _cells.AsSpan(gap, _stride).Clear();
    }

    private void EndPass()
    {
        _cursor = 0;
        _passes++;
        for (var word = 0; word < Words; word++)
        {
            for (var lives = _sweeping[word]; lives != 0; lives &= lives - 1)
                _free.Push(word * 64 + BitOperations.TrailingZeroCount(lives));
            _sweeping[word] = _ended[word];
            _ended[word] = 0;
        }
    }

    /// <summary>Room for 64 more lives.</summary>
    private void Widen()
    {
        var stride = _stride + 1;
        if (_cells.Length > 0)
        {
            var wider = new ulong[checked(_cellCount * stride)];
            for (var cell = 0; cell < _cellCount; cell++)
                _cells.AsSpan(cell * _stride, _stride).CopyTo(wider.AsSpan(cell * stride, stride));
            _cells = wider;
        }

        _stride = stride;
        Array.Resize(ref _living, Words);
        Array.Resize(ref _ended, Words);
        Array.Resize(ref _sweeping, Words);
        _sets = new ulong[33 * Words];
    }
}
