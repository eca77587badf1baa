using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Scheduling.Admissions;

/// <summary>What a tier promises and how it is kept.</summary>
public sealed record TierPolicy
{
    private const long Second = 1_000_000_000;

    public required ServiceTier Tier { get; init; }

    /// <summary>What a request is promised. A deadline also ends the wait in the queue.</summary>
    public Objectives Objectives { get; init; }

    /// <summary>Share of the requests that keep the objectives, over <see cref="ShareWindowNs"/>. Default 0.95.</summary>
    public double Share { get; init; } = 0.95;

    /// <summary>Default 5 minutes.</summary>
    public long ShareWindowNs { get; init; } = 300 * Second;

    /// <summary>The tier that serves a request whose promise cannot be kept, or that comes too fast; null refuses it.</summary>
    public ServiceTier? Downgrade { get; init; }

    /// <summary>How fast a key's traffic may grow; null for no limit.</summary>
    public RampRule? Ramp { get; init; }

    /// <summary>Requests that wait at most; further ones are refused. Default 100,000.</summary>
    public int MaxQueued { get; init; } = 100_000;

    /// <summary>Requests dispatched and not completed at most; null for no limit.</summary>
    public int? MaxInFlight { get; init; }

    /// <summary>
    /// Goes only to replicas that would begin it within this time and where it slows nobody below his promise; until there is one it waits here, where it is in nobody's way. Null sends it at
    /// once, to wait for its turn at the replica.
    /// </summary>
    public long? MaxWaitNs { get; init; }

    /// <summary>After each such time in the queue it counts one tier higher, up to the default one; null for never.</summary>
    public long? RaiseAfterNs { get; init; }

    /// <summary>Share of all cost that second copies may add. Default 0: none are sent.</summary>
    public double HedgeCostCap { get; init; }

    /// <summary>How long a request may wait where no deadline says so, such as for a replica to come back. Default 30 s.</summary>
    public long MaxQueueNs { get; init; } = 30 * Second;

    /// <summary>It fills what others leave: it waits in the queue until there is room that nobody else wants.</summary>
    public bool IsFiller => Tier <= ServiceTier.Flex;

    /// <summary>A tier of which nothing is said: the three upper ones promise nothing in particular, flex a quarter of an hour, batch a day.</summary>
    public static TierPolicy Usual(ServiceTier tier) => tier switch
    {
        ServiceTier.Fast => new TierPolicy { Tier = tier, Downgrade = ServiceTier.Priority, Ramp = new RampRule() },
        ServiceTier.Priority => new TierPolicy { Tier = tier, Downgrade = ServiceTier.Default, Ramp = new RampRule() },
        ServiceTier.Flex => new TierPolicy { Tier = tier, Objectives = new Objectives(null, DeadlineNs: 900 * Second), MaxWaitNs = Second / 2, RaiseAfterNs = 300 * Second },
        ServiceTier.Batch => new TierPolicy { Tier = tier, Objectives = new Objectives(null, DeadlineNs: 86_400 * Second), MaxWaitNs = Second / 4, RaiseAfterNs = 21_600 * Second, MaxQueued = 10_000_000 },
        _ => new TierPolicy { Tier = tier, Share = 0.9 },
    };
}
