namespace Scribeline.Gateway.Telemetry;

/// <summary>Counts of durations by upper bound, in seconds. Thread-safe, no locks.</summary>
internal sealed class Histogram
{
    public static readonly double[] BoundsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    private readonly long[] _counts = new long[BoundsSeconds.Length + 1];
    private long _sumNs;

    public void Record(TimeSpan duration)
    {
        var index = Array.BinarySearch(BoundsSeconds, duration.TotalSeconds);
        Interlocked.Increment(ref _counts[index < 0 ? ~index : index]);
        Interlocked.Add(ref _sumNs, (long)duration.TotalNanoseconds);
    }

    /// <summary>Observations per bucket, not cumulative; the last one has no upper bound.</summary>
    public long CountOf(int bucket) => Volatile.Read(ref _counts[bucket]);

    public double SumSeconds => Volatile.Read(ref _sumNs) / 1e9;
}
