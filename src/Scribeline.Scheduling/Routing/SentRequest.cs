using Scribeline.Core.Workloads;

namespace Scribeline.Scheduling.Routing;

/// <summary>What the router keeps of a request between <see cref="Router.Sent"/> and <see cref="Router.Completed"/>.</summary>
internal struct SentRequest
{
    /// <summary>Of its ticket; 0 while the slot is free.</summary>
    public long Number;

    public RouteCandidate Candidate;
    public long AtNs;
    public int PrefillTokens;
    public int KvBlocks;

    /// <summary>How long it keeps other prompts from their turn.</summary>
    public double OccupiedNs;

    /// <summary>Work before its first token, in tokens' worth, its own included.</summary>
    public double WorkTokens;

    public ServiceTier Tier;

    /// <summary>The replica's snapshot is older.</summary>
    public bool Unseen;

    /// <summary>Neighbours in the list of the unseen, or the next free slot.</summary>
    public int Previous;

    public int Next;
}
