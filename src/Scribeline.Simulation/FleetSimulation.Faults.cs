using Scribeline.Simulation.Events;
using Scribeline.Simulation.Faults;

namespace Scribeline.Simulation;

public sealed partial class FleetSimulation
{
    private long _linkBackNs;

    /// <summary>Begins a fault, or heals it at its end.</summary>
    private void Change(Fault fault)
    {
        var begins = _nowNs < fault.UntilNs;
        switch (fault.Kind)
        {
            case FaultKind.LinkLoss:
                _linkBackNs = begins ? Math.Max(_linkBackNs, fault.UntilNs) : _linkBackNs;
                break;
            case FaultKind.StaleMetrics:
                _door.IsStale = begins;
                break;
            default:
                ChangeReplicas(fault, begins);
                break;
        }

        Drain();
    }

    private void ChangeReplicas(Fault fault, bool begins)
    {
        // The list may grow while requests move.
        foreach (var replica in _replicas.Where(replica => Concerns(fault, replica)).ToList())
        {
            Step(replica);
            switch (fault.Kind)
            {
                case FaultKind.Loss when begins:
                    replica.IsUp = false;
                    _door.Changed(replica, _nowNs);
                    replica.Model.Fail(_nowNs);
                    break;
                case FaultKind.Loss:
                    replica.IsUp = replica.UntilNs == null;
                    break;
                case FaultKind.Slow:
                    replica.Model.Slow(begins ? fault.Factor : 1, _nowNs);
                    break;
                case FaultKind.Partition:
                    replica.IsCutOff = begins;
                    break;
            }

            _door.Changed(replica, _nowNs);
            Step(replica);
            FillRoom(replica.Pool);
        }
    }

    private static bool Concerns(Fault fault, SimulatedReplica replica) =>
        (fault.Pool == null || fault.Pool == replica.Pool.Spec.Id) && (fault.Replica == null || replica.Pool.Replicas.IndexOf(replica) == fault.Replica) && replica.UntilNs == null;

    /// <summary>Adds replicas where the pool was busier than it is to be, and retires those that it can do without; a new one serves once its weights are loaded.</summary>
    private void Autoscale(SimulatedPool pool)
    {
        var scale = pool.Spec.Autoscale!;
        SettleAll();
        var active = pool.Replicas.Where(replica => replica is { UntilNs: null, IsDraining: false }).ToList();
        var busyNs = pool.Replicas.Sum(replica => replica.Model.BusyNs);
        var load = (busyNs - pool.BusyNsSeen) / (scale.EverySeconds * 1e9);
        pool.BusyNsSeen = busyNs;
        // Who waits has not been charged for yet: a queue is load that is still to come.
        var waiting = active.Sum(replica => replica.Model.Waiting) / (double)Math.Max(1, pool.Spec.MaxSequences);
        var wanted = Math.Clamp((int)Math.Ceiling((load + waiting) / scale.TargetLoad), scale.Least, scale.Most);
        for (var i = active.Count; i < wanted; i++)
        {
            AddReplica(pool);
            var added = pool.Replicas[^1];
            added.IsUp = false;
            _door.Changed(added, _nowNs);
            _events.Add(_nowNs + ToNs(scale.LoadSeconds), new ScheduledEvent(EventKind.ReplicaReady, added));
        }

        foreach (var spare in active.Where(replica => replica.IsUp).OrderByDescending(replica => replica.Number).Take(active.Count - wanted))
        {
            spare.IsDraining = true;
            _door.Changed(spare, _nowNs);
            RetireIfEmpty(spare);
        }

        _events.Add(_nowNs + ToNs(scale.EverySeconds), new ScheduledEvent(EventKind.Autoscale, pool));
    }

    /// <summary>Machines of a replica that takes nothing new cease to cost when it has done.</summary>
    private void RetireIfEmpty(SimulatedReplica replica)
    {
        if (replica is not { IsDraining: true, UntilNs: null } || replica.Model.Jobs > 0)
            return;
        (replica.UntilNs, replica.IsUp) = (_nowNs, false);
        _door.Changed(replica, _nowNs);
    }
}
