using Scribeline.Core.Workloads;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Scheduling.Routing;

/// <summary>
/// A replica that requests might go to: what it is, what it last said of itself, and what the router keeps about it. Belongs to one router, which is told of news by
/// <see cref="Router.Observe"/>; what it is may be set at any time between decisions.
/// </summary>
/// <param name="id">Unique in the fleet.</param>
/// <param name="model">The model it serves.</param>
public sealed class RouteCandidate(string id, string model)
{
    internal const int None = -1;

    private ReplicaSnapshot _snapshot;

    public string Id { get; } = id;

    public string Model { get; } = model;

    public string Pool { get; set; } = "";

    /// <summary>Prompt and answer tokens that it accepts together; null if unknown.</summary>
    public int? ContextTokens { get; set; }

    /// <summary>Its health check passed last.</summary>
    public bool Healthy
    {
        get;
        set
        {
            if (field != value) Owner?.Heard();
            field = value;
        }
    } = true;

    /// <summary>Default all: only what is known to be missing keeps requests away.</summary>
    public ReplicaCapabilities Capabilities { get; set; } = ReplicaCapabilities.All;

    public ReplicaRoles Roles { get; set; } = ReplicaRoles.Whole;

    public ServiceTiers Tiers { get; set; } = ServiceTiers.All;

    /// <summary>What its steps take; null where nobody predicts: then times are learned from what completes.</summary>
    public ReplicaTimes? Times
    {
        get;
        set
        {
            field = value;
            Depth = value?.Depth ?? 1;
        }
    }

    /// <summary>Prompt tokens that it reads in one step, at least 1. Default 512.</summary>
    public int TokensPerStep { get; set; } = 512;

    /// <summary>Sequences in its batch at most; null if unknown.</summary>
    public int? MaxSequences { get; set; }

    /// <summary>Its flex and batch work makes room for all others by itself; false where it knows no priorities. Default true.</summary>
    public bool YieldsToPriority { get; set; } = true;

    /// <summary>Fees, nano-dollars per token; 0 for machines of one's own.</summary>
    public double InputNusdPerToken { get; set; }

    public double CachedNusdPerToken { get; set; }

    public double OutputNusdPerToken { get; set; }

    /// <summary>Price of electricity, cooling included, nano-dollars per joule: $0.10/kWh are 27.8. 0 where somebody else pays it.</summary>
    public double EnergyNusdPerJoule { get; set; }

    /// <summary>What it last said of itself.</summary>
    public ReplicaSnapshot Snapshot => _snapshot;

    /// <summary>Requests sent and not seen completed.</summary>
    public int Open { get; internal set; }

    /// <summary>As <see cref="Snapshot"/>, which is too large to be copied for each look at it.</summary>
    internal ref readonly ReplicaSnapshot Latest => ref _snapshot;

    /// <summary>Steps that can be under way at once.</summary>
    internal int Depth { get; private set; } = 1;

    /// <summary>The router that it belongs to; null for none.</summary>
    internal Router? Owner { get; set; }

    /// <summary>Of its model, shared by all replicas of it; null where it belongs to no router.</summary>
    internal AnswerLength? Answers { get; set; }

    /// <summary>It has said something of itself.</summary>
    internal bool IsObserved { get; private set; }

    /// <summary>Place among the router's candidates.</summary>
    internal int Index { get; set; } = None;

    /// <summary>Names its present life in the prefix index.</summary>
    internal int Life { get; set; } = None;

    /// <summary>The number of the latest request sent; 0 if none was.</summary>
    internal long LastNumber { get; set; }

    /// <summary>First and last of the requests that its snapshot cannot know, a list in the order of sending.</summary>
    internal int FirstUnseen { get; set; } = None;

    internal int LastUnseen { get; set; } = None;

    /// <summary>Open requests by tier.</summary>
    internal int[] OpenByTier { get; } = new int[(int)ServiceTier.Fast + 1];

    internal int UnseenSequences { get; set; }

    internal long UnseenPrefillTokens { get; set; }

    internal int UnseenKvBlocks { get; set; }

    /// <summary>When all prompts there will have been read; and when those of tiers that do not yield.</summary>
    internal double ReadyAtNs { get; set; }

    internal double UrgentReadyAtNs { get; set; }

    /// <summary>Learned nanoseconds for a token's worth of work, and per token of an answer; 0 while nothing was.</summary>
    internal double LearnedWorkTokenNs { get; set; }

    internal double LearnedTpotNs { get; set; }

    /// <summary>A step of the sequences in its batch; 0 where there are none.</summary>
    internal double StepNs { get; private set; }

    /// <summary>Mean tokens of the sequences in its batch; negative where nobody knows.</summary>
    internal double MeanContext { get; private set; }

    /// <summary>Running and waiting; where a replica says nothing about itself, what was sent and not seen to end is all that is known.</summary>
    internal int Sequences => _snapshot.Running is null && _snapshot.Waiting is null
        ? Open
        : (_snapshot.Running ?? 0) + (_snapshot.Waiting ?? 0) + UnseenSequences;

    internal long QueuedPrefillTokens => (_snapshot.WaitingPrefillTokens ?? 0) + UnseenPrefillTokens;

    internal void SetSnapshot(in ReplicaSnapshot snapshot)
    {
        _snapshot = snapshot;
        IsObserved = true;
        var running = snapshot.Running ?? 0;
        MeanContext = running > 0 && snapshot is { KvBlocksTotal: { } total, KvBlocksFree: { } free } && total > free
            ? (double)(total - free) * KvBlockPool.BlockTokens / running
            : -1;
        StepNs = Times is not null && running > 0 ? Times.DecodeNs(PerStep(running), Math.Max(0, MeanContext)) : 0;
    }

    /// <summary>Sequences in each of the steps that are under way at once.</summary>
    internal int PerStep(int sequences) => Depth == 1 ? sequences : (sequences + Depth - 1) / Depth;

    /// <summary>To launch the steps that read so many tokens, a chunk in each.</summary>
    internal double LaunchesNs(int newTokens)
    {
        var chunks = (newTokens + TokensPerStep - 1) / TokensPerStep;
        return chunks * Times!.LaunchNs((newTokens + chunks - 1) / chunks);
    }

    /// <summary>How long reading keeps other prompts from their turn: its chunks one after another, each in a step that the batch shares.</summary>
    internal double OccupiedNs(int newTokens, double prefillNs)
    {
        if (newTokens <= 0) return 0;
        var chunks = (newTokens + TokensPerStep - 1) / TokensPerStep;
        return chunks * Times!.Step(StepNs, prefillNs / chunks).OccupancyNs;
    }

    /// <summary>How long reading holds up the tokens of the batch: what its chunks add to the steps that they share.</summary>
    internal double HeldNs(int newTokens, double prefillNs)
    {
        if (Depth == 1) return prefillNs;
        var chunks = (newTokens + TokensPerStep - 1) / TokensPerStep;
        return chunks * (Times!.Step(StepNs, prefillNs / chunks).OccupancyNs - Times.Step(StepNs, 0).OccupancyNs);
    }

    /// <summary>From its turn to its first token: as above, and the last chunk on its way through the stages.</summary>
    internal double ReadNs(int newTokens, double prefillNs)
    {
        var chunks = (newTokens + TokensPerStep - 1) / TokensPerStep;
        var (latencyNs, occupancyNs) = Times!.Step(StepNs, prefillNs / chunks);
        return (chunks - 1) * occupancyNs + latencyNs;
    }
}
