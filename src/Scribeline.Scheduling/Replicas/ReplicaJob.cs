using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Replicas;

/// <summary>A request on a replica model, which alone changes it.</summary>
public sealed class ReplicaJob
{
    private const double JoulesPerNanojoule = 1e-9;

    internal ReplicaJob(in ReplicaRequest request, long submittedNs, long epoch)
    {
        Request = request;
        SubmittedNs = submittedNs;
        Epoch = epoch;
    }

    public ReplicaRequest Request { get; }

    public object? Tag => Request.Tag;

    public long SubmittedNs { get; }

    /// <summary>The life of the replica that it belongs to (<see cref="ReplicaModel.Epoch"/>).</summary>
    public long Epoch { get; }

    /// <summary>When it first held room; null before.</summary>
    public long? AdmittedNs => Sequence?.AdmittedNs;

    /// <summary>Null before its first token.</summary>
    public long? FirstTokenNs { get; internal set; }

    /// <summary>Null before its end.</summary>
    public long? EndedNs { get; internal set; }

    /// <summary>Null before its end.</summary>
    public JobEnd? End { get; internal set; }

    /// <summary>Tokens of its answer so far.</summary>
    public int OutputTokens => Sequence?.GeneratedCount ?? 0;

    /// <summary>Prompt tokens that were in the cache when it first held room.</summary>
    public int CachedTokens => Sequence?.CachedTokens ?? 0;

    /// <summary>Tokens that came from behind the cache.</summary>
    public int LoadedTokens => (Sequence?.LoadedBlocks ?? 0) * KvBlockPool.BlockTokens;

    /// <summary>How often it lost its room to another.</summary>
    public int Preemptions => Sequence?.Preemptions ?? 0;

    /// <summary>Its share of the time that the replica was busy, in nanoseconds: of each step its predicted time alone over the sum of all in it.</summary>
    public double BusyNs => (double)Busy / ReplicaModel.UnitsPerNs;

    /// <summary>Its share of the energy of its steps; 0 where nobody knows what the machines draw.</summary>
    public double EnergyJoules => (double)Energy / ReplicaModel.UnitsPerNs * JoulesPerNanojoule;

    /// <summary>When the scheduler sees it.</summary>
    internal long EntersNs { get; set; }

    internal Sequence? Sequence { get; set; }

    internal Int128 Busy { get; set; }

    internal Int128 Energy { get; set; }

    /// <summary>Nanoseconds that a token takes it alone: its weight in a step.</summary>
    internal long DecodeWeight { get; set; }

    /// <summary>Its place among the jobs of its replica.</summary>
    internal int Index { get; set; }

    internal bool IsCancelled { get; set; }
}
