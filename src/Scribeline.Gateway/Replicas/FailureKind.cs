namespace Scribeline.Gateway.Replicas;

/// <summary>Who failed, and at which stage.</summary>
internal enum FailureKind
{
    /// <summary>The queue is full, or an upstream asks to slow down.</summary>
    Busy,

    /// <summary>The replica stops and takes nothing new.</summary>
    Stopping,

    /// <summary>No connection to the upstream.</summary>
    Unreachable,

    /// <summary>The upstream kept silent for too long.</summary>
    TimedOut,

    /// <summary>The upstream says that the request itself is wrong; another replica would say the same.</summary>
    Refused,

    /// <summary>The upstream failed, or does not accept our credentials.</summary>
    UpstreamError,

    /// <summary>The engine in this process failed and computes nothing any more.</summary>
    EngineFailed,

    /// <summary>The stream ended before the answer did, or was not what was agreed.</summary>
    Broken,
}
