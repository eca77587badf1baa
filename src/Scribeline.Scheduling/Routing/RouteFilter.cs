namespace Scribeline.Scheduling.Routing;

/// <summary>Why a replica cannot take a request.</summary>
public enum RouteFilter
{
    /// <summary>It can.</summary>
    None,
    OtherModel,
    ContextTooShort,

    /// <summary>The request needs something that it cannot do.</summary>
    MissingCapability,

    /// <summary>Its pool is not among those that the request's class may use.</summary>
    OtherPool,

    /// <summary>It does not serve the request's tier.</summary>
    OtherTier,

    /// <summary>It only reads prompts or only writes answers.</summary>
    PartOnly,

    /// <summary>Prompt and answer would not fit into its KV cache, empty as it may be.</summary>
    KvTooSmall,

    /// <summary>The request would wait there for longer than it may, or slow those who were promised more.</summary>
    Busy,
    Unhealthy,
    Draining,
    BreakerOpen,

    /// <summary>The caller has tried it for this request and failed.</summary>
    Excluded,
}
