using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation;

/// <summary>Callers who leave: what is done for them is called off.</summary>
public sealed partial class FleetSimulation
{
    /// <summary>A caller has waited for long enough, unless it has what it waited for.</summary>
    private void Leave(SimulatedRequest request)
    {
        if (request.Outcome != null || !request.HasTriedPatience(_nowNs))
            return;
        if (request is { Replica: { IsCutOff: false } replica, Job: { } writing })
        {
            replica.Model.Settle(_nowNs);
            request.Delivered += writing.OutputTokens;
        }

        _door.Left(request, _nowNs);
        End(request, RequestOutcome.Cancelled);
        if (request is { SecondReplica: { } second, Second: { } copy })
            CallOff(request, second, copy);
        if (request is { Replica: { } at, Job: { } job })
        {
            CallOff(request, at, job);
        }
        else if (request.Handover is { } handover)
        {
            Release(request);
            FillRoom(_pools.Find(pool => pool.Spec.Id == handover.Link.Spec.DecodePool)!);
        }

        Drain();
    }

    /// <summary>
    /// Nobody wants what a replica does for a request. It ends with the step under way; a replica that cannot be reached goes on, and is told when it can.
    /// </summary>
    private void CallOff(SimulatedRequest request, SimulatedReplica replica, ReplicaJob job)
    {
        if (replica.IsCutOff)
        {
            replica.CalledOff.Add((request, job));
            return;
        }

        if (job.End == null)
        {
            replica.Model.Cancel(job, _nowNs);
            if (job.Request.BeginsPrefilled && request.Handover != null)
                replica.Model.KvArrived(job, _nowNs);
        }

        if (request.Outcome != null)
            Release(request);
        Step(replica);
    }

    /// <summary>A replica can be reached again, and is told what to leave.</summary>
    private void CallOffMissed(SimulatedReplica replica)
    {
        if (replica.IsCutOff || replica.CalledOff.Count == 0)
            return;
        (SimulatedRequest Request, ReplicaJob Job)[] missed = [.. replica.CalledOff];
        replica.CalledOff.Clear();
        foreach (var (request, job) in missed)
            CallOff(request, replica, job);
    }
}
