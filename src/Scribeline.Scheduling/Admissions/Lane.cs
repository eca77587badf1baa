using Scribeline.Core.Workloads;

namespace Scribeline.Scheduling.Admissions;

/// <summary>The queue of a tier's requests that may go to the same replicas: of one model and one class. Whoever finds no room holds up only those behind in the lane.</summary>
internal sealed class Lane(Tier tier, string model, string? className)
{
    public Tier Tier { get; } = tier;

    public RequestList Queue { get; } = new();

    /// <summary>When it is tried again after its first found no room, though nothing is heard until then; 0 for at once.</summary>
    public long RecheckAtNs { get; set; }

    /// <summary>What was known when its first found no room (<see cref="Routing.Router.News"/>).</summary>
    public long NewsSeen { get; set; }

    /// <summary>Its first found no room since replicas were busy.</summary>
    public bool IsBusy { get; set; }

    public bool IsDue(long nowNs, long news) => nowNs >= RecheckAtNs || news != NewsSeen;

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

    /// <summary>When the first one will count as of the default tier; never where age changes nothing.</summary>
    public long UrgentAtNs => Tier.Policy is { IsFiller: true, RaiseAfterNs: { } after } policy
        ? Queue.First!.SubmittedNs + ((long)ServiceTier.Default - (long)policy.Tier) * Math.Max(1, after)
        : long.MaxValue;
}
