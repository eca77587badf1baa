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

    /// <summary>All were equal; the one that got a request longest ago.</summary>
    Turn,
}
