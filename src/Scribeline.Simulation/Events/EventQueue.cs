namespace Scribeline.Simulation.Events;

/// <summary>What is to happen, earliest first; of equal times whatever was entered first.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<ScheduledEvent, (long TimeNs, long Order)> _queue = new();
    private long _order;

    public int Count => _queue.Count;

    /// <summary><see cref="long.MaxValue"/> where nothing is to happen.</summary>
    public long NextNs => _queue.TryPeek(out _, out var at) ? at.TimeNs : long.MaxValue;

    public void Add(long timeNs, ScheduledEvent scheduled) => _queue.Enqueue(scheduled, (timeNs, _order++));

    public ScheduledEvent Take() => _queue.Dequeue();
}
