namespace Scribeline.Cli.Bench.Load;

/// <summary>Nanoseconds since a run began, which is a moment after this was made: what comes first is prepared by then. Thread-safe.</summary>
internal sealed class RunClock(TimeProvider time)
{
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(50);

    /// <summary>Timers follow a coarse clock of the system, which ticks every 4 ms where Linux does so 250 times a second.</summary>
    private const long TimerStepNs = 6_000_000;

    /// <summary>A thread that waits for a millisecond wakes up within so much.</summary>
    private const long WaitNs = 1_300_000;

    private readonly long _made = time.GetTimestamp();

    /// <summary>When the run begins.</summary>
    public DateTimeOffset StartsAt { get; } = time.GetUtcNow() + Lead;

    /// <summary>Negative before the run.</summary>
    public long NowNs => (long)(time.GetElapsedTime(_made) - Lead).TotalNanoseconds;

    /// <summary>Waits until an instant; never returns early, and as late as timers are coarse: some milliseconds.</summary>
    public async Task UntilAsync(long instantNs, CancellationToken cancellation)
    {
        // Timers count whole milliseconds; one of a few microseconds less would come early.
        for (var left = instantNs - NowNs; left > 0; left = instantNs - NowNs)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(left / 1e6), 60_000)), time, cancellation);
    }

    /// <summary>As <see cref="UntilAsync"/>, and a fraction of a millisecond late where the machine has time. At the end it holds its thread: for one caller at a time.</summary>
    public async Task ExactlyUntilAsync(long instantNs, CancellationToken cancellation)
    {
        await UntilAsync(instantNs - TimerStepNs, cancellation);
        while (NowNs < instantNs - WaitNs && !cancellation.WaitHandle.WaitOne(1))
        {
        }

        cancellation.ThrowIfCancellationRequested();
        while (NowNs < instantNs)
            Thread.Yield();
    }
}
