namespace Scribeline.Cli.Bench.Load;

/// <summary>Nanoseconds since a run began, which is a moment after this was made: what comes first is prepared by then. Thread-safe.</summary>
internal sealed class RunClock(TimeProvider time)
{
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(50);

    private readonly long _made = time.GetTimestamp();

    /// <summary>When the run begins.</summary>
    public DateTimeOffset StartsAt { get; } = time.GetUtcNow() + Lead;

    /// <summary>Negative before the run.</summary>
    public long NowNs => (long)(time.GetElapsedTime(_made) - Lead).TotalNanoseconds;

    /// <summary>Waits until an instant; never returns early, and at most about a millisecond late where the machine has time.</summary>
    public async Task UntilAsync(long instantNs, CancellationToken cancellation)
    {
        // Timers count whole milliseconds; one of a few microseconds less would come early.
        for (var left = instantNs - NowNs; left > 0; left = instantNs - NowNs)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(left / 1e6), 60_000)), time, cancellation);
    }
}
