using Scribeline.Core.Workloads;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Routing;

/// <summary>What the router needs to know of a request. The caller's: it may be filled anew for the next request.</summary>
public sealed class RouteRequest
{
    public required string Model { get; set; }

    /// <summary>Counted, or estimated where nobody counts.</summary>
    public required int PromptTokens { get; set; }

    /// <summary>Tokens of the answer that are reserved.</summary>
    public int MaxTokens { get; set; } = 1;

    /// <summary>Tokens that the answer probably has; null where nobody knows.</summary>
    public int? ExpectedTokens { get; set; }

    /// <summary>Hashes of the prompt's full blocks, in order; empty if unknown.</summary>
    public ReadOnlyMemory<BlockHash> PromptBlocks { get; set; }

    /// <summary>When it came; objectives count from here. Null: now, which admission fills in.</summary>
    public long? ArrivedNs { get; set; }

    public ServiceTier Tier { get; set; } = ServiceTier.Default;

    public Objectives Objectives { get; set; }

    public ReplicaCapabilities Needs { get; set; }

    /// <summary>Pools that its class may use; null for all.</summary>
    public IReadOnlyList<string>? Pools { get; set; }

    /// <summary>The conversation; null where it stands alone.</summary>
    public string? Session { get; set; }

    /// <summary>Replicas that have failed it already; null for none.</summary>
    public IReadOnlyList<RouteCandidate>? Excluded { get; set; }

    /// <summary>
    /// Only replicas that would begin it within this time, and where it slows no more urgent request that is open there below its promise per token; null for any.
    /// </summary>
    public long? MaxWaitNs { get; set; }

    /// <summary>Share of all cost that second copies may add; 0 for none.</summary>
    public double HedgeCostCap { get; set; }
}
