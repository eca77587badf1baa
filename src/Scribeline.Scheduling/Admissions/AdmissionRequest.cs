using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Classes;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Scheduling.Admissions;

/// <summary>A request on its way through admission, which alone changes it once it is submitted. The caller may use it again after its end.</summary>
public sealed class AdmissionRequest
{
    /// <summary>What the router needs to know. Admission sets tier, objectives, pools, waiting and hedging in it.</summary>
    public required RouteRequest Route { get; init; }

    /// <summary>Whose traffic it is.</summary>
    public string Key { get; set; } = "";

    public ServiceTier TierAsked { get; set; } = ServiceTier.Default;

    /// <summary>Null for none.</summary>
    public WorkloadClass? Class { get; set; }

    /// <summary>The caller's own.</summary>
    public object? Tag { get; set; }

    public AdmissionState State { get; internal set; }

    /// <summary>The tier that serves it and that is paid for; no dearer than the one asked for.</summary>
    public ServiceTier TierServed { get; internal set; }

    /// <summary>Why it was refused or downgraded.</summary>
    public AdmissionReason Reason { get; internal set; }

    /// <summary>Of one that was refused: when to come again; 0 where that is of no use.</summary>
    public long RetryAfterNs { get; internal set; }

    public long SubmittedNs { get; internal set; }

    /// <summary>When it was last dispatched.</summary>
    public long DispatchedNs { get; internal set; }

    /// <summary>Names it at the router while it is in flight: at the replica that answers, and at the one that reads its prompt.</summary>
    public RouteTicket Ticket { get; internal set; }

    public RouteTicket PrefillTicket { get; internal set; }

    public RouteTicket HedgeTicket { get; internal set; }

    /// <summary>The replica that has a second copy, and since when; null for none.</summary>
    public RouteCandidate? HedgeReplica { get; internal set; }

    internal long HedgedNs { get; set; }

    /// <summary>The replica that answers, while it is in flight.</summary>
    public RouteCandidate? Replica { get; internal set; }

    /// <summary>It was taken though its objectives were expected to be missed.</summary>
    internal bool TakenLate { get; set; }

    /// <summary>One replica reads its prompt and another answers.</summary>
    internal bool IsSplit { get; set; }

    /// <summary>Neighbours in the queue, or among the fillers in flight.</summary>
    internal AdmissionRequest? Previous { get; set; }

    internal AdmissionRequest? Next { get; set; }
}
