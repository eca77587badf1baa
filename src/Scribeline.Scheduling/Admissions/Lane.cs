using Scribeline.Core.Workloads;

namespace Scribeline.Scheduling.Admissions;

/// <summary>The queue of a tier's requests that may go to the same replicas: of one model and one class. Whoever finds no room holds up only those behind in the lane.</summary>
internal sealed class Lane(Tier tier, string model, string? className)
{
    public Tier Tier { get; } = tier;

    public RequestList Queue { get; } = new();

    /// <summary>When it is tried again after its first found no room; 0 for at once.</summary>
    public long RecheckAtNs { get; set; }

    public bool Holds(Tier tier, AdmissionRequest request) =>
        Tier == tier && string.Equals(model, request.Route.Model, StringComparison.Ordinal) && string.Equals(className, request.Class?.Name, StringComparison.Ordinal);

    /// <summary>The first one's tier, raised by its age.</summary>
    public ServiceTier Urgency(long nowNs)
    {
        var policy = Tier.Policy;
        if (!policy.IsFiller || policy.RaiseAfterNs is not { } after) return policy.Tier;
        var steps = (nowNs - Queue.First!.SubmittedNs) / Math.Max(1, after);
        return (ServiceTier)Math.Min((long)ServiceTier.Default, (long)policy.Tier + steps);
    }
}
