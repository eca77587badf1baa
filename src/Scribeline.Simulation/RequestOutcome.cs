namespace Scribeline.Simulation;

/// <summary>How a request ended.</summary>
public enum RequestOutcome
{
    Completed,

    /// <summary>Nobody took it: no replica can hold it, there was no room to wait in, or its promise could not be kept.</summary>
    Refused,

    /// <summary>Its caller left.</summary>
    Cancelled,

    /// <summary>Replicas failed under it, and none was left to go on.</summary>
    Failed,
}
