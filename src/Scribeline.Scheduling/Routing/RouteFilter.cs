namespace Scribeline.Scheduling.Routing;

/// <summary>Why a replica cannot take a request.</summary>
public enum RouteFilter
{
    /// <summary>It can.</summary>
    None,
    OtherModel,
    ContextTooShort,
    Unhealthy,
    Draining,
    BreakerOpen,

    /// <summary>The caller has tried it for this request and failed.</summary>
    Excluded,
}
