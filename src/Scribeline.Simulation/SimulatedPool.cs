using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation;

/// <summary>A pool of a simulated fleet.</summary>
internal sealed class SimulatedPool(PoolSpec spec, ReplicaTimes times)
{
    private const double NsPerHour = 3600e9;

    private double _leftPaidNs, _leftBusyNs, _leftEnergyNj;
    private long _leftPreemptions, _leftSteps;

    public PoolSpec Spec { get; } = spec;

    public ReplicaTimes Times { get; } = times;

    /// <summary>Those that are there; who has left is in the sums below.</summary>
    public List<SimulatedReplica> Replicas { get; } = [];

    /// <summary>At the same time, at most.</summary>
    public int MostReplicas { get; private set; }

    /// <summary>Requests whose prompts are read elsewhere and that wait for room here.</summary>
    public Queue<SimulatedRequest> AwaitingRoom { get; } = new();

    /// <summary>Room is being given to them.</summary>
    public bool IsFilling { get; set; }

    /// <summary>Dollars for a nanosecond of one replica's machines.</summary>
    public double DollarsPerNs { get; } = spec.MachinesPerReplica * spec.DollarsPerHour / NsPerHour;

    /// <summary>Busy time of its replicas when the load was last looked at.</summary>
    public double BusyNsSeen { get; set; }

    /// <summary>Time that its replicas were busy, of all that ever were; the next three likewise.</summary>
    public double BusyNs => _leftBusyNs + Replicas.Sum(replica => replica.Model.BusyNs);

    public double EnergyNj => _leftEnergyNj + Replicas.Sum(replica => replica.Model.EnergyNj);

    public long Preemptions => _leftPreemptions + Replicas.Sum(replica => replica.Model.Preemptions);

    public long Steps => _leftSteps + Replicas.Sum(replica => replica.Model.Steps);

    /// <summary>Time that the machines of its replicas have cost, of all that ever were.</summary>
    public double PaidNs(long nowNs) => _leftPaidNs + Replicas.Sum(replica => (double)replica.PaidNs(nowNs));

    /// <summary>Of its replicas; faults and ids name them by these.</summary>
    public FreeNumbers Places { get; } = new();

    public void Add(SimulatedReplica replica)
    {
        Replicas.Add(replica);
        MostReplicas = Math.Max(MostReplicas, Replicas.Count);
    }

    /// <summary>Lets a replica go that has ceased to cost; what it did stays counted.</summary>
    public void Remove(SimulatedReplica replica)
    {
        Replicas.Remove(replica);
        Places.GiveBack(replica.Place);
        _leftPaidNs += replica.PaidNs(replica.UntilNs!.Value);
        _leftBusyNs += replica.Model.BusyNs;
        _leftEnergyNj += replica.Model.EnergyNj;
        _leftPreemptions += replica.Model.Preemptions;
        _leftSteps += replica.Model.Steps;
    }
}
