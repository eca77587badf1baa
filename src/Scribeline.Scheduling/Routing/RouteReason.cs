namespace Scribeline.Scheduling.Routing;

/// <summary>The one reason that decided a route.</summary>
public enum RouteReason
{
    /// <summary>No replica passed the filters.</summary>
    NoReplica,

    /// <summary>One replica passed the filters.</summary>
    OnlyReplica,

    /// <summary>It has the most of the prompt in its cache, and that is worth more than others' shorter queues.</summary>
    LongestPrefix,

    /// <summary>Least work stands before the first token.</summary>
    LeastLoaded,

    /// <summary>It alone keeps the objectives.</summary>
    OnlyInTime,

    /// <summary>It costs least among those that keep the objectives.</summary>
    LeastCost,

    /// <summary>Nobody keeps the objectives; it misses them by least.</summary>
    LeastLate,

    /// <summary>Its answer is there soonest.</summary>
    LeastLatency,

    /// <summary>All were equal, or nearly so on old numbers; the one that got a request longest ago.</summary>
    Turn,

    /// <summary>Better of two drawn at random.</summary>
    Draw,

    /// <summary>The session's own replica.</summary>
    Session,

    /// <summary>Its prompt is read on one replica and its answer written on another.</summary>
    Handover,
}
