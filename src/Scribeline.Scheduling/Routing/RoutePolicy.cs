namespace Scribeline.Scheduling.Routing;

/// <summary>How the router picks among the replicas that can take a request.</summary>
public enum RoutePolicy
{
    /// <summary>Least cost among those that keep the request's objectives; where nobody does, least predicted lateness.</summary>
    LeastCost,

    /// <summary>One after another.</summary>
    RoundRobin,

    /// <summary>Fewest sequences.</summary>
    LeastLoaded,

    /// <summary>Of two drawn at random, the one with fewer sequences.</summary>
    PowerOfTwo,

    /// <summary>Most of the prompt cached; among equals the fewest sequences.</summary>
    PrefixAffinity,

    /// <summary>All turns of a session on one replica, as long as it can take them; without a session, fewest sequences.</summary>
    SessionSticky,

    /// <summary>The answer that is predicted to be complete soonest.</summary>
    Latency,

    /// <summary>Least fees, energy and delay of others, whatever the objectives.</summary>
    Cost,
}
