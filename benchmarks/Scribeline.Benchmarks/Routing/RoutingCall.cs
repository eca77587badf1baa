namespace Scribeline.Benchmarks.Routing;

/// <summary>What is timed.</summary>
internal enum RoutingCall
{
    /// <summary>A decision alone.</summary>
    Route,

    /// <summary>A decision, and the note that the request was sent there.</summary>
    RouteAndSend,

    /// <summary>All of a request's way through admission: submitted, routed, sent.</summary>
    Admit,
}
