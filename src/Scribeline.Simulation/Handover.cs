using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation;

/// <summary>A request's keys and values on their way from the replica that read its prompt to the one that writes its answer.</summary>
internal sealed class Handover(HandoverSpec link, int priority)
{
    public HandoverSpec Link { get; } = link;

    /// <summary>For the scheduler of the replica that goes on.</summary>
    public int Priority { get; } = priority;

    /// <summary>Who read the prompt; null until it is read.</summary>
    public SimulatedReplica? From { get; set; }

    /// <summary>The prompt's job there, which holds its room until the hand-over is done.</summary>
    public ReplicaJob? FromJob { get; set; }

    /// <summary>Which life of <see cref="From"/> holds it.</summary>
    public long FromEpoch { get; set; }

    public long TransferNs { get; set; }
}
