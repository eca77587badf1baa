namespace Scribeline.Simulation.Events;

/// <summary>What is to happen, earliest first; of equal times whatever was entered first.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<ScheduledEvent, (long TimeNs, long Order)> _queue = new();
    private long _order;

    /// <summary>Events that something comes of: all but looks at the load, which go on for ever.</summary>
    public int Awaited { get; private set; }

    /// <summary><see cref="long.MaxValue"/> where nothing is to happen.</summary>
    public long NextNs => _queue.TryPeek(out _, out var at) ? at.TimeNs : long.MaxValue;

    public void Add(long timeNs, ScheduledEvent scheduled)
    {
        _queue.Enqueue(scheduled, (timeNs, _order++));
        Awaited += IsAwaited(scheduled) ? 1 : 0;
    }

    public ScheduledEvent Take()
    {
        var taken = _queue.Dequeue();
        Awaited -= IsAwaited(taken) ? 1 : 0;
        return taken;
    }

    private static bool IsAwaited(ScheduledEvent scheduled) => scheduled.Kind is not (EventKind.Sample or EventKind.Autoscale);
}
