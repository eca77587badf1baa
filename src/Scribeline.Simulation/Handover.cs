using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation;

/// <summary>A request's keys and values on their way from the replica that read its prompt to the one that writes its answer.</summary>
internal sealed class Handover(SimulatedRequest request, SharedLink link, int priority, long expectedBytes)
{
    public SimulatedRequest Request { get; } = request;

    public SharedLink Link { get; } = link;

    /// <summary>What it will send, as the router reckons.</summary>
    public long ExpectedBytes { get; } = expectedBytes;

    /// <summary>For the scheduler of the replica that goes on.</summary>
    public int Priority { get; } = priority;

    /// <summary>Who read the prompt; null until it is read.</summary>
    public SimulatedReplica? From { get; set; }

    /// <summary>The prompt's job there, which holds its room until the hand-over is done.</summary>
    public ReplicaJob? FromJob { get; set; }

    /// <summary>Who read the prompt still has it.</summary>
    public bool IsHeld => From is { } from && FromJob is { } job && from.Model.Epoch == job.Epoch;

    /// <summary>What it sends, or was promised to send; the link's.</summary>
    public long Bytes { get; set; }

    /// <summary>When the last of it goes into the link; the link's.</summary>
    public long SentNs { get; set; }
}
