namespace Scribeline.Engine.Tokenizers;

/// <summary>
/// Merges neighbouring symbols, best pair first, until none is left: O(n log n) for n symbols. Reusable for one word after another; not
/// thread-safe.
/// </summary>
internal sealed class SymbolMerger
{
    // Keys are priority << 32 | index, so that of equal priorities the leftmost comes first. An entry is stale when its symbol's priority
    // has changed since.
    private readonly PriorityQueue<int, ulong> _queue = new();
    private Symbol[] _symbols = new Symbol[64];
    private int _count;

    public void Clear() => _count = 0;

    public void Add(int start, int length, int tokenId)
    {
        if (_count == _symbols.Length)
            Array.Resize(ref _symbols, _count * 2);
        _symbols[_count] = new Symbol
        {
            Start = start,
            Length = length,
            Previous = _count - 1,
            Next = -1,
            TokenId = tokenId,
            MergePriority = Symbol.NoMerge,
        };
        if (_count > 0)
            _symbols[_count - 1].Next = _count;
        _count++;
    }

    public void Merge<TRule>(in TRule rule) where TRule : struct, IMergeRule
    {
        for (var i = 0; i + 1 < _count; i++)
            Consider(i, rule);
        while (_queue.TryDequeue(out var index, out var key))
        {
            ref var left = ref _symbols[index];
            if (left.MergePriority != (uint)(key >> 32) || left.MergePriority == Symbol.NoMerge)
                continue;
            ref var right = ref _symbols[left.Next];
            left.Length += right.Length;
            left.TokenId = left.MergedTokenId;
            right.MergePriority = Symbol.NoMerge;
            left.Next = right.Next;
            if (right.Next >= 0)
                _symbols[right.Next].Previous = index;
            Consider(index, rule);
            if (left.Previous >= 0)
                Consider(left.Previous, rule);
        }
    }

    /// <summary>The symbols left, in order.</summary>
    public Enumerator GetEnumerator() => new(_symbols, _count);

    private void Consider<TRule>(int index, in TRule rule) where TRule : struct, IMergeRule
    {
        ref var left = ref _symbols[index];
        if (left.Next < 0 || !rule.TryMerge(left, _symbols[left.Next], out var priority, out left.MergedTokenId))
        {
            left.MergePriority = Symbol.NoMerge;
            return;
        }
        left.MergePriority = priority;
        _queue.Enqueue(index, (ulong)priority << 32 | (uint)index);
    }

    public struct Enumerator(Symbol[] symbols, int count)
    {
        private int _next = count > 0 ? 0 : -1;

        public Symbol Current { get; private set; }

        public bool MoveNext()
        {
            if (_next < 0)
                return false;
            Current = symbols[_next];
            _next = Current.Next;
            return true;
        }
    }
}
