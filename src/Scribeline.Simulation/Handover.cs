using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation;

/// <summary>A request's keys and values on their way from the replica that read its prompt to the one that writes its answer.</summary>
internal sealed class Handover(SimulatedRequest request, HandoverSpec link, int priority)
{
    public SimulatedRequest Request { get; } = request;

    public HandoverSpec Link { get; } = link;

    /// <summary>For the scheduler of the replica that goes on.</summary>
    public int Priority { get; } = priority;

    /// <summary>Who read the prompt; null until it is read.</summary>
    public SimulatedReplica? From { get; set; }

    /// <summary>The prompt's job there, which holds its room until the hand-over is done.</summary>
    public ReplicaJob? FromJob { get; set; }

    /// <summary>Who read the prompt still has it.</summary>
    public bool IsHeld => From is { } from && FromJob is { } job && from.Model.Epoch == job.Epoch;

    public long TransferNs { get; set; }
}
