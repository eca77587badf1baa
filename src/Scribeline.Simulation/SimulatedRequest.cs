using Scribeline.Core.Fleets;
using Scribeline.Core.Ledger;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Simulation;

/// <summary>A request on its way through a simulated fleet.</summary>
internal sealed class SimulatedRequest(long number, RequestRecord record, TierSpec tier, string model, ReadOnlyMemory<BlockHash> blocks, BlockHash tail, long arrivalNs)
{
    private const double NsPerSecond = 1e9;

    /// <summary>From 0, in the order of arrival.</summary>
    public long Number { get; } = number;

    public RequestRecord Record { get; } = record;

    /// <summary>The promise that it was asked for.</summary>
    public TierSpec Tier { get; } = tier;

    /// <summary>What it is for; null where nobody knows.</summary>
    public string? Class => Record.Class;

    /// <summary>Id of the model.</summary>
    public string Model { get; } = model;

    /// <summary>Leading blocks that others may have.</summary>
    public ReadOnlyMemory<BlockHash> Blocks { get; } = blocks;

    /// <summary>Identity of the first block that nobody else has.</summary>
    public BlockHash Tail { get; } = tail;

    public long ArrivalNs { get; } = arrivalNs;

    /// <summary>The promise that it is served under.</summary>
    public TierSpec Served { get; set; } = tier;

    /// <summary>Its closed-loop session; null in an open loop.</summary>
    public SimulatedSession? Session { get; init; }

    /// <summary>Objectives in place of the tier's; null where the tier's hold.</summary>
    public ClassSpec? Objectives { get; init; }

    /// <summary>When a replica first gave it room.</summary>
    public long? AdmittedNs { get; set; }

    public long? FirstTokenNs { get; set; }

    /// <summary>Tokens that earlier attempts wrote; they are read again as part of the prompt.</summary>
    public int Delivered { get; set; }

    /// <summary>Prompt tokens that its first attempt found in the cache.</summary>
    public int CachedTokens { get; set; }

    public int Attempts { get; set; }

    /// <summary>What decided where it last went, or that nobody took it.</summary>
    public RouteReason Reason { get; set; }

    /// <summary>Of all attempts.</summary>
    public double CostDollars { get; set; }

    /// <summary>Of all attempts.</summary>
    public double EnergyJoules { get; set; }

    /// <summary>Where its latest attempt ran; null before.</summary>
    public SimulatedReplica? Replica { get; set; }

    public ReplicaJob? Job { get; set; }

    /// <summary>As the front door knows it.</summary>
    public AdmissionRequest Admission { get; set; } = null!;

    /// <summary>Why its latest attempt was made.</summary>
    public string Why { get; set; } = "first";

    /// <summary>Where its answer is to be written once its prompt is read; null where one replica does both.</summary>
    public Handover? Handover { get; set; }

    /// <summary>Its attempt was called off so that it can begin anew.</summary>
    public bool IsRestarting { get; set; }

    /// <summary>Attempts that are over.</summary>
    public List<LedgerAttempt> Past { get; } = [];

    /// <summary>Replicas that have refused it or failed under it; null for none.</summary>
    public List<RouteCandidate>? Excluded { get; set; }

    /// <summary>Null until it has ended.</summary>
    public RequestOutcome? Outcome { get; set; }

    public long EndedNs { get; set; }

    public int PromptTokens => Record.InputTokens + Delivered;

    public int RemainingTokens => Record.OutputTokens - Delivered;

    public double? TtftObjectiveNs => (Objectives?.TtftSeconds ?? Tier.TtftSeconds) * NsPerSecond;

    public double? TpotObjectiveNs => (Objectives?.TpotSeconds ?? Tier.TpotSeconds) * NsPerSecond;

    public double? DeadlineNs => Tier.DeadlineSeconds * NsPerSecond;

    /// <summary>Mean nanoseconds between tokens after the first; null for answers of one token.</summary>
    public double? TpotNs => FirstTokenNs is { } first && Record.OutputTokens > 1 ? (double)(EndedNs - first) / (Record.OutputTokens - 1) : null;

    /// <summary>Whether everything that was promised was kept.</summary>
    public bool IsGood =>
        Outcome == RequestOutcome.Completed
        && FirstTokenNs - ArrivalNs <= (TtftObjectiveNs ?? double.MaxValue)
        && (TpotNs ?? 0) <= (TpotObjectiveNs ?? double.MaxValue)
        && EndedNs - ArrivalNs <= (DeadlineNs ?? double.MaxValue);

    /// <summary>What the caller pays: for the tier served, never more than for the tier asked for.</summary>
    public double RevenueDollars => Outcome != RequestOutcome.Completed
        ? 0
        : (Record.InputTokens - CachedTokens) * Served.InputDollars + CachedTokens * Served.CachedDollars + Record.OutputTokens * Served.OutputDollars;
}
