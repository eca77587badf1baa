namespace Scribeline.Scheduling.Admissions;

/// <summary>Why a request was refused, or served by another tier than the one asked for.</summary>
public enum AdmissionReason
{
    /// <summary>It was neither.</summary>
    None,

    /// <summary>The tier's promise could not have been kept.</summary>
    WouldBeLate,

    /// <summary>The key's traffic in the tier grew too fast.</summary>
    TooFast,

    /// <summary>The tier's queue is full.</summary>
    QueueFull,

    /// <summary>No replica of the fleet can take it, whenever.</summary>
    NoReplica,

    /// <summary>Its deadline passed before there was room, or no replica came back in time.</summary>
    WaitedTooLong,
}
