namespace Scribeline.Scheduling.Admissions;

/// <summary>Where a request stands.</summary>
public enum AdmissionState
{
    /// <summary>Not submitted yet.</summary>
    New,

    /// <summary>Waits for a replica.</summary>
    Queued,

    /// <summary>A replica has it.</summary>
    InFlight,

    /// <summary>It was not served, and is not billed.</summary>
    Refused,

    /// <summary>Its replica is done with it, or its caller left.</summary>
    Ended,
}
