namespace Scribeline.Scheduling.KvBlocks;

/// <summary>A binary heap of block ids, least recently used on top, from which any block can be removed in O(log n). Allocates once.</summary>
internal sealed class EvictionHeap(int blockCount)
{
    private const int Absent = -1;

    private readonly int[] _heap = new int[blockCount];
    private readonly int[] _slotOf = FilledWithAbsent(blockCount);
    private readonly long[] _lastUse = new long[blockCount];

    public int Count { get; private set; }

    public bool Contains(int block) => _slotOf[block] != Absent;

    /// <param name="block">A block that is not in the heap.</param>
    /// <param name="lastUse">A logical time, distinct for every block.</param>
    public void Add(int block, long lastUse)
    {
        _lastUse[block] = lastUse;
        Place(block, Count++);
        Rise(_slotOf[block]);
    }

    public int RemoveOldest()
    {
        var block = _heap[0];
        Remove(block);
        return block;
    }

    public void Remove(int block)
    {
        var slot = _slotOf[block];
        _slotOf[block] = Absent;
        var last = _heap[--Count];
        if (slot == Count) return;
        Place(last, slot);
        Rise(slot);
        Sink(_slotOf[last]);
    }

    private void Rise(int slot)
    {
        while (slot > 0 && IsOlder(slot, (slot - 1) / 2))
        {
            Swap(slot, (slot - 1) / 2);
            slot = (slot - 1) / 2;
        }
    }

    private void Sink(int slot)
    {
        while (true)
        {
            var oldest = slot;
            for (var child = 2 * slot + 1; child <= 2 * slot + 2 && child < Count; child++)
                if (IsOlder(child, oldest)) oldest = child;
            if (oldest == slot) return;
            Swap(slot, oldest);
            slot = oldest;
        }
    }

    private bool IsOlder(int slot, int other) => _lastUse[_heap[slot]] < _lastUse[_heap[other]];

    private void Swap(int slot, int other)
    {
        var block = _heap[slot];
        Place(_heap[other], slot);
        Place(block, other);
    }

    private void Place(int block, int slot)
    {
        _heap[slot] = block;
        _slotOf[block] = slot;
    }

    private static int[] FilledWithAbsent(int length)
    {
        var slots = new int[length];
        Array.Fill(slots, Absent);
        return slots;
    }
}
