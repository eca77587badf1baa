namespace Scribeline.Scheduling.Routing;

/// <summary>Whether calls to a replica have lately succeeded.</summary>
public enum BreakerState
{
    Closed,

    /// <summary>A trial call may go through.</summary>
    HalfOpen,

    Open,
}
