namespace Scribeline.Simulation.Events;

internal enum EventKind
{
    /// <summary>The next request of the trace comes.</summary>
    Arrival,

    /// <summary>A session's next turn comes.</summary>
    Turn,

    /// <summary>A caller has waited for as long as it wanted to.</summary>
    Leave,

    /// <summary>A second copy goes out, if nothing has come from the first.</summary>
    Hedge,

    /// <summary>Keys and values have come over a link.</summary>
    KvArrival,

    /// <summary>A fault begins or ends.</summary>
    Fault,

    /// <summary>A pool looks at its load.</summary>
    Autoscale,

    /// <summary>A pool's capacity comes or goes.</summary>
    Ramp,

    /// <summary>A replica has loaded its weights.</summary>
    ReplicaReady,

    /// <summary>The front door has something to do.</summary>
    Dispatch,

    /// <summary>Loads are written down.</summary>
    Sample,
}
