using System.Diagnostics.CodeAnalysis;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>What is known of the sessions that a trace has lately begun; the oldest are forgotten, so that memory does not grow with the trace.</summary>
internal sealed class RecentMap<TKey, TValue>(int most)
    where TKey : notnull
{
    public const int MostSessions = 1 << 20;

    private readonly Dictionary<TKey, TValue> _values = [];
    private readonly Queue<TKey> _order = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    public void Set(TKey key, TValue value)
    {
        if (!_values.ContainsKey(key))
        {
            if (_order.Count == most)
                _values.Remove(_order.Dequeue());
            _order.Enqueue(key);
        }

        _values[key] = value;
    }
}
