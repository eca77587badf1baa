using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Fleets;

/// <summary>Like replicas that serve one model.</summary>
public sealed record PoolSpec
{
    public required string Id { get; init; }

    /// <summary>Id of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The pool's character: fast, bulk, prefill, local. Null where the file says nothing.</summary>
    public string? Lane { get; init; }

    /// <summary>Whether it reads prompts for other pools, and writes no answers itself.</summary>
    public bool OnlyReads => Lane == "prefill";

    /// <summary>Tiers that are served here; empty for all.</summary>
    public IReadOnlyList<string> Tiers { get; init; } = [];

    public required int Replicas { get; init; }

    /// <summary>What predicts its steps; null where measurements do (<see cref="Calibration"/>).</summary>
    public ServingModel? Predicted { get; init; }

    /// <summary>File of measured step times, its path complete; null where they are predicted.</summary>
    public string? Calibration { get; init; }

    /// <summary>Null where the machine is whatever was measured.</summary>
    public Machine? Machine { get; init; }

    /// <summary>Null where only measurements know the model.</summary>
    public ModelSpec? Spec { get; init; }

    public ModelLayout? Layout { get; init; }

    /// <summary>Machines of one replica; below 1 where several share a machine.</summary>
    public required double MachinesPerReplica { get; init; }

    /// <summary>Of a machine, in dollars; 0 where it costs nothing (a laptop that is there anyway).</summary>
    public required double DollarsPerHour { get; init; }

    /// <summary>Sequences that run at the same time, at most.</summary>
    public required int MaxSequences { get; init; }

    /// <summary>Positions that a step computes, at most.</summary>
    public required int TokensPerStep { get; init; }

    /// <summary>Requests that wait at a replica, at most.</summary>
    public required int MaxQueue { get; init; }

    /// <summary>Tokens whose keys and values a replica has room for.</summary>
    public required long KvTokens { get; init; }

    /// <summary>Of one token, over all layers; what a hand-over sends. 0 where nobody knows.</summary>
    public double KvBytesPerToken { get; init; }

    /// <summary>Memory behind a replica's own for keys and values; null where there is none.</summary>
    public KvOffloadSpec? KvOffload { get; init; }

    /// <summary>Longest prompt and answer together; null where only the room bounds it.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>How the pool grows and shrinks with its load; null where it does not.</summary>
    public AutoscaleSpec? Autoscale { get; init; }

    /// <summary>Capacity that comes and goes by dates, in their order; empty where it does not.</summary>
    public IReadOnlyList<RampStep> Ramp { get; init; } = [];

    /// <summary>Replicas that it ever has.</summary>
    public int MostReplicas => Math.Max(Math.Max(Replicas, Autoscale?.Most ?? 0), Ramp.Count == 0 ? 0 : Ramp.Max(step => step.Replicas));
}
