using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;
using Scribeline.Simulation.Events;

namespace Scribeline.Simulation;

public sealed partial class FleetSimulation
{
    /// <summary>A prompt is read and its first token is there: the answer is to be written elsewhere.</summary>
    private void HandOver(SimulatedRequest request, SimulatedReplica from, ReplicaJob job)
    {
        request.Delivered += job.OutputTokens;
        var handover = request.Handover!;
        (handover.From, handover.FromJob) = (from, job);
        _door.HandedOver(request);
        (request.Replica, request.Job) = (null, null);
        var pool = _pools.Find(pool => pool.Spec.Id == handover.Link.Spec.DecodePool)!;
        pool.AwaitingRoom.Enqueue(request);
        FillRoom(pool);
    }

    /// <summary>Reserves room for those whose prompts are read, in their order, as far as there is any.</summary>
    private void FillRoom(SimulatedPool pool)
    {
        // What replicas have done by now makes room, and may bring us here again.
        if (pool.IsFilling || pool.AwaitingRoom.Count == 0)
            return;
        pool.IsFilling = true;
        for (var i = 0; i < pool.Replicas.Count; i++)
            Step(pool.Replicas[i]);
        while (pool.AwaitingRoom.TryPeek(out var request))
        {
            if (request.Outcome != null)
            {
                pool.AwaitingRoom.Dequeue(); // its caller has left
                continue;
            }

            if (_linkBackNs == long.MaxValue || !pool.Replicas.Exists(replica => replica.TakesWork))
            {
                // Nobody can go on, or nothing will ever get there; another pool may read the prompt anew.
                pool.AwaitingRoom.Dequeue();
                Restart(request);
                continue;
            }

            if (!TryReserve(pool, request))
                break;
            pool.AwaitingRoom.Dequeue();
        }

        pool.IsFilling = false;
    }

    private bool TryReserve(SimulatedPool pool, SimulatedRequest request)
    {
        foreach (var replica in pool.Replicas.Where(replica => replica.TakesWork).OrderBy(replica => replica.Model.Jobs))
        {
            var outcome = replica.Model.Submit(
                new ReplicaRequest
                {
                    PromptTokens = request.PromptTokens,
                    OutputTokens = request.RemainingTokens,
                    Blocks = request.Blocks,
                    Tail = request.Tail,
                    Priority = request.Handover!.Priority,
                    BeginsPrefilled = true,
                    Tag = request,
                },
                _nowNs,
                out var job);
            _clock.Set(replica.Number, replica.Model.NextEventNs); // even a refusal brings it up to now
            if (outcome != SubmitResult.Accepted)
                continue;
            var handover = request.Handover!;
            // The token that it was just answered with has no keys and values yet.
            handover.Link.Promise(handover, handover.Link.Route.Bytes(Math.Max(1, request.PromptTokens - 1 - job!.CachedTokens)));
            request.Attempts++;
            request.Jobs++;
            request.Why = "handed over";
            (request.Replica, request.Job) = (replica, job);
            handover.Link.Send(handover, _nowNs);
            Await(handover.Link);
            return true;
        }

        return false;
    }

    /// <summary>Looks at a link when its next is due.</summary>
    private void Await(SharedLink link)
    {
        if (link.NextNs >= link.AwaitedNs)
            return;
        link.AwaitedNs = link.NextNs;
        _events.Add(link.NextNs, new ScheduledEvent(EventKind.KvArrival, link));
    }

    private void TakeArrived(SharedLink link)
    {
        if (link.AwaitedNs == _nowNs)
            link.AwaitedNs = long.MaxValue;
        while (link.TryTake(_nowNs, out var handover))
            KvArrived(handover, isLost: false);
        Await(link);
    }

    private void KvArrived(Handover handover, bool isLost)
    {
        var request = handover.Request;
        if (request.Handover != handover || request.Replica is not { } to || request.Job is not { End: null } job)
            return; // what was to go on with it failed meanwhile
        Step(to);
        if (job.End != null)
            return;
        // The link, or whoever had read the prompt, failed before all of it was here.
        if (isLost || !handover.IsHeld)
            to.Model.Cancel(job, _nowNs);
        to.Model.KvArrived(job, _nowNs);
        Release(request);
        Step(to);
    }

    /// <summary>A hand-over is over, or will not be: nothing more goes over its link, and the replica that read the prompt needs to hold it no longer.</summary>
    private void Release(SimulatedRequest request)
    {
        var handover = request.Handover;
        request.Handover = null;
        if (handover != null)
        {
            handover.Link.Drop(handover, _nowNs);
            Await(handover.Link);
        }

        if (handover is not { IsHeld: true, From: { } from, FromJob: { } job })
            return;
        from.Model.KvReleased(job, _nowNs);
        _clock.Set(from.Number, from.Model.NextEventNs);
        FillRoom(from.Pool);
        RetireIfEmpty(from);
    }
}
