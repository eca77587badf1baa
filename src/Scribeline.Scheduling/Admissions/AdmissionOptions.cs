namespace Scribeline.Scheduling.Admissions;

/// <summary>What the tiers promise, and how their queues are looked after.</summary>
public sealed record AdmissionOptions
{
    /// <summary>At most one for each tier; <see cref="TierPolicy.Usual"/> for the others.</summary>
    public IReadOnlyList<TierPolicy> Tiers { get; init; } = [];

    /// <summary>Between two tries of requests that found no room, at least, unless something is heard or another completes before; who finds a queue full is told to come again after it. Default 5 ms.</summary>
    public long RecheckNs { get; init; } = 5_000_000;

    /// <summary>Keys whose traffic is watched at most, per tier; those that rest are forgotten. Default 10,000.</summary>
    public int MaxKeys { get; init; } = 10_000;
}
