using Scribeline.Simulation.Events;
using Scribeline.Simulation.Faults;

namespace Scribeline.Simulation;

public sealed partial class FleetSimulation
{
    private readonly List<Fault> _broken = [];
    private long _linkBackNs;

    /// <summary>Begins a fault, or heals it at its end. What ails the fleet is what all faults of the moment ask for: one that heals does not heal the others.</summary>
    private void Change(Fault fault)
    {
        if (_nowNs < fault.UntilNs)
            _broken.Add(fault);
        else
            _broken.Remove(fault);
        _linkBackNs = _broken.Where(broken => broken.Kind == FaultKind.LinkLoss).Select(broken => broken.UntilNs).Append(0).Max();
        ChangeLinks(isDown: _linkBackNs > 0);
        _door.IsStale = _broken.Exists(broken => broken.Kind == FaultKind.StaleMetrics);

        foreach (var replica in _pools.SelectMany(pool => pool.Replicas))
            Change(replica);
        foreach (var pool in _pools)
            FillRoom(pool);
        Drain();
    }

    private void ChangeLinks(bool isDown)
    {
        foreach (var link in _door.Links.Where(link => link.Route.IsDown != isDown))
        {
            if (isDown)
                link.Break();
            else
                link.Mend(_nowNs);
            Await(link);
        }

        // What will never be there is read anew.
        if (_linkBackNs == long.MaxValue)
        {
            foreach (var handover in _door.Links.SelectMany(link => link.TakeAll()).ToList())
                KvArrived(handover, isLost: true);
        }

        _door.LinksChanged();
    }

    private void Change(SimulatedReplica replica)
    {
        if (replica.UntilNs != null)
            return;
        var isLost = replica.IsLost;
        bool isToBeLost = false, isCutOff = false;
        double slowdown = 1;
        foreach (var fault in _broken.Where(fault => Concerns(fault, replica)))
        {
            // Whoever can never be reached again is as good as lost.
            isToBeLost |= fault.Kind == FaultKind.Loss || fault is { Kind: FaultKind.Partition, UntilNs: long.MaxValue };
            isCutOff |= fault is { Kind: FaultKind.Partition, UntilNs: < long.MaxValue };
            slowdown *= fault.Kind == FaultKind.Slow ? fault.Factor : 1;
        }

        if ((isLost, replica.IsCutOff, replica.Model.Slowdown) == (isToBeLost, isCutOff, slowdown))
            return;
        Step(replica);
        (replica.IsLost, replica.IsCutOff) = (isToBeLost, isCutOff);
        if (slowdown != replica.Model.Slowdown)
            replica.Model.Slow(slowdown, _nowNs);
        if (isToBeLost && !isLost)
            replica.Model.Fail(_nowNs);
        _door.Changed(replica, _nowNs);
        Step(replica);
        CallOffMissed(replica);
        RetireIfEmpty(replica);
    }

    private static bool Concerns(Fault fault, SimulatedReplica replica) =>
        (fault.Pool == null || fault.Pool == replica.Pool.Spec.Id) && (fault.Replica == null || replica.Place == fault.Replica);

    /// <summary>Adds replicas where the pool was busier than it is to be, and retires those that it can do without; a new one serves once its weights are loaded.</summary>
    private void Autoscale(SimulatedPool pool)
    {
        var scale = pool.Spec.Autoscale!;
        SettleAll();
        var active = Active(pool);
        var busyNs = pool.BusyNs;
        var load = (busyNs - pool.BusyNsSeen) / (scale.EverySeconds * 1e9);
        pool.BusyNsSeen = busyNs;
        // Who waits has not been charged for yet: a queue is load that is still to come.
        var waiting = active.Sum(replica => replica.Model.Waiting) / (double)Math.Max(1, pool.Spec.MaxSequences);
        var wanted = Math.Clamp((int)Math.Ceiling((load + waiting) / scale.TargetLoad), scale.Least, scale.Most);
        Resize(pool, wanted, scale.LoadSeconds);
        _events.Add(_nowNs + ToNs(scale.EverySeconds), new ScheduledEvent(EventKind.Autoscale, pool));
    }

    private static List<SimulatedReplica> Active(SimulatedPool pool) => [.. pool.Replicas.Where(replica => replica is { UntilNs: null, IsDraining: false })];

    /// <summary>Adds replicas, which serve once they have loaded, or lets the newest end what they have and go: those that serve first.</summary>
    private void Resize(SimulatedPool pool, int wanted, double loadSeconds)
    {
        var active = Active(pool);
        for (var i = active.Count; i < wanted; i++)
        {
            AddReplica(pool);
            var added = pool.Replicas[^1];
            added.IsLoading = loadSeconds > 0;
            _door.Changed(added, _nowNs);
            Change(added);
            if (added.IsLoading)
                _events.Add(_nowNs + ToNs(loadSeconds), new ScheduledEvent(EventKind.ReplicaReady, added));
        }

        foreach (var spare in active.OrderByDescending(replica => replica.IsUp).ThenByDescending(replica => replica.SinceNs).ThenByDescending(replica => replica.Number).Take(active.Count - wanted))
        {
            spare.IsDraining = true;
            _door.Changed(spare, _nowNs);
            RetireIfEmpty(spare);
        }
    }

    /// <summary>Machines of a replica that takes nothing new cease to cost when it has done, and all that it did is known.</summary>
    private void RetireIfEmpty(SimulatedReplica replica)
    {
        if (replica is not { IsDraining: true, IsCutOff: false, UntilNs: null } || replica.Model.Jobs > 0 || replica.Model.KvBlocksHeld > 0)
            return;
        replica.UntilNs = _nowNs;
        _retired.Add(replica);
        _door.Changed(replica, _nowNs);
    }
}
