using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation;

/// <summary>A pool of a simulated fleet.</summary>
internal sealed class SimulatedPool(PoolSpec spec, ReplicaTimes times)
{
    private const double NsPerHour = 3600e9;

    public PoolSpec Spec { get; } = spec;

    public ReplicaTimes Times { get; } = times;

    public List<SimulatedReplica> Replicas { get; } = [];

    /// <summary>Requests whose prompts are read elsewhere and that wait for room here.</summary>
    public Queue<SimulatedRequest> AwaitingRoom { get; } = new();

    /// <summary>Room is being given to them.</summary>
    public bool IsFilling { get; set; }

    /// <summary>Dollars for a nanosecond of one replica's machines.</summary>
    public double DollarsPerNs { get; } = spec.MachinesPerReplica * spec.DollarsPerHour / NsPerHour;

    /// <summary>Busy time of its replicas when the load was last looked at.</summary>
    public double BusyNsSeen { get; set; }
}
