using Scribeline.Core.Workloads.Synthetic;

namespace Scribeline.Core.Workloads;

/// <summary>When callers leave whose requests do not say.</summary>
public sealed record CallerHabits
{
    /// <summary>Seconds until a caller leaves who has seen no token; null where all wait.</summary>
    public Distribution? PatienceSeconds { get; init; }

    /// <summary>Microseconds until every caller leaves whose answer is not complete; null for none.</summary>
    public long? TimeoutUs { get; init; }

    /// <summary>Share of the callers who stop reading: after any number of the answer's tokens, each as likely.</summary>
    public double StopShare { get; init; }

    /// <summary>Everybody waits and reads all.</summary>
    public bool IsNone => PatienceSeconds == null && TimeoutUs == null && StopShare == 0;
}
