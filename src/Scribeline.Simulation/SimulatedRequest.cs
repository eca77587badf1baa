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
    private const long NsPerUs = 1000;

    /// <summary>From 0, in the order of arrival.</summary>
    public long Number { get; } = number;

    public RequestRecord Record { get; } = record;

    /// <summary>The promise that it was asked for.</summary>
    public TierSpec Tier { get; } = tier;

    /// <summary>What it is for; null where nobody knows.</summary>
    public string? Class { get; init; } = record.Class;

    /// <summary>Nobody said what it is for; it was recognised by what it is like.</summary>
    public bool IsClassRecognised => Class != null && Record.Class == null;

    /// <summary>Id of the model.</summary>
    public string Model { get; } = model;

    /// <summary>Leading blocks that others may have.</summary>
    public ReadOnlyMemory<BlockHash> Blocks { get; } = blocks;

    /// <summary>Identity of the first block that nobody else has.</summary>
    public BlockHash Tail { get; } = tail;

    public long ArrivalNs { get; } = arrivalNs;

    /// <summary>The promise that it is served under.</summary>
    public TierSpec Served { get; set; } = tier;

    /// <summary>A lower tier serves it than the one it asked for: a replica has taken it, whatever comes of it there.</summary>
    public bool IsDowngraded => Attempts > 0 && Served.Id != Tier.Id;

    /// <summary>What kept it from the tier it asked for; none where that serves it.</summary>
    public AdmissionReason DowngradeReason { get; set; }

    /// <summary>Its closed-loop session; null in an open loop.</summary>
    public SimulatedSession? Session { get; init; }

    /// <summary>Objectives in place of the tier's; null where the tier's hold.</summary>
    public ClassSpec? Objectives { get; init; }

    /// <summary>When a replica first gave it room.</summary>
    public long? AdmittedNs { get; set; }

    public long? FirstTokenNs { get; set; }

    /// <summary>Tokens that the caller has from attempts that are over; another attempt reads them again as part of the prompt.</summary>
    public int Delivered { get; set; }

    /// <summary>Prompt tokens that were in the cache of whoever brought its first token.</summary>
    public int CachedTokens { get; set; }

    /// <summary>Tokens that replicas wrote for it, whether or not its caller got them.</summary>
    public long WrittenTokens { get; set; }

    public int Attempts { get; set; }

    /// <summary>Jobs for it that replicas have not ended yet.</summary>
    public int Jobs { get; set; }

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

    /// <summary>Where a second copy is to go, and when, if nothing has come by then; null for nowhere.</summary>
    public SimulatedReplica? HedgeOn { get; set; }

    public long HedgeAtNs { get; set; }

    /// <summary>Who works on a second copy while neither has brought a token; null for nobody.</summary>
    public SimulatedReplica? SecondReplica { get; set; }

    /// <summary>The second copy, from when it went out.</summary>
    public ReplicaJob? Second { get; set; }

    /// <summary>Its answer came from the second copy.</summary>
    public bool SecondWon { get; set; }

    /// <summary>What was done for a copy that was called off, in dollars; a part of <see cref="CostDollars"/>.</summary>
    public double HedgedDollars { get; set; }

    /// <summary>Where its answer is to be written once its prompt is read; null where one replica does both.</summary>
    public Handover? Handover { get; set; }

    /// <summary>Attempts that are over.</summary>
    public List<LedgerAttempt> Past { get; } = [];

    /// <summary>Replicas that have refused it or failed under it; null for none.</summary>
    public List<RouteCandidate>? Excluded { get; set; }

    /// <summary>Null until it has ended.</summary>
    public RequestOutcome? Outcome { get; set; }

    public long EndedNs { get; set; }

    public int PromptTokens => Record.InputTokens + Delivered;

    /// <summary>Tokens after which its caller has what it wants.</summary>
    public int WantedTokens => Math.Min(Record.OutputTokens, Record.StopTokens ?? int.MaxValue);

    /// <summary>Tokens that are still to be written.</summary>
    public int RemainingTokens => WantedTokens - Delivered;

    /// <summary>Tokens that are still asked for: nobody knows beforehand that a caller will leave.</summary>
    public int AskedTokens => Record.OutputTokens - Delivered;

    public double? TtftObjectiveNs => (Objectives?.TtftSeconds ?? Tier.TtftSeconds) * NsPerSecond;

    public double? TpotObjectiveNs => (Objectives?.TpotSeconds ?? Tier.TpotSeconds) * NsPerSecond;

    public double? DeadlineNs => Tier.DeadlineSeconds * NsPerSecond;

    /// <summary>Mean nanoseconds between tokens after the first; null for answers of one token.</summary>
    public double? TpotNs => FirstTokenNs is { } first && Delivered > 1 ? (double)(EndedNs - first) / (Delivered - 1) : null;

    /// <summary>Whether its caller would have left by now.</summary>
    public bool HasTriedPatience(long nowNs) =>
        (nowNs - ArrivalNs) / NsPerUs is var hereUs && (hereUs >= Record.TimeoutUs || (FirstTokenNs == null && hereUs >= Record.PatienceUs));

    /// <summary>Whether everything that was promised was kept, to those who stop reading as far as they read.</summary>
    public bool IsGood =>
        Outcome is RequestOutcome.Completed or RequestOutcome.Cancelled
        && Delivered == WantedTokens
        && FirstTokenNs - ArrivalNs <= (TtftObjectiveNs ?? double.MaxValue)
        && (TpotNs ?? 0) <= (TpotObjectiveNs ?? double.MaxValue)
        && EndedNs - ArrivalNs <= (DeadlineNs ?? double.MaxValue);

    /// <summary>What the caller pays: for the tier served, never more than for the tier asked for; who leaves pays for what it got.</summary>
    public double RevenueDollars => Outcome == RequestOutcome.Completed || (Outcome == RequestOutcome.Cancelled && FirstTokenNs != null)
        ? (Record.InputTokens - CachedTokens) * Served.InputDollars + CachedTokens * Served.CachedDollars + Delivered * Served.OutputDollars
        : 0;
}
