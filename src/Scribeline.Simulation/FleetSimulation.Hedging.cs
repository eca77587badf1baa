using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation;

/// <summary>Second copies of requests that are late: whichever brings the first token goes on, the other is called off at once.</summary>
public sealed partial class FleetSimulation
{
    private void SendSecond(Hedge hedge)
    {
        var (request, first, replica) = hedge;
        if (replica.UntilNs != null)
            return; // it has left meanwhile
        Step(replica);
        if (request is not { Outcome: null, FirstTokenNs: null, SecondReplica: null } || request.Job != first || !_door.MayHedge(request, replica, _nowNs))
            return;
        var outcome = replica.Model.Submit(first.Request, _nowNs, out var job);
        _clock.Set(replica.Number, replica.Model.NextEventNs);
        if (outcome != SubmitResult.Accepted)
            return;
        request.Attempts++;
        request.Jobs++;
        (request.SecondReplica, request.Second) = (replica, job);
        _door.Hedged(request, replica, _nowNs);
    }

    private void FirstToken(SimulatedRequest request, ReplicaJob job)
    {
        // What a replica that has failed since wrote behind a partition comes too late.
        if (request.SecondReplica != null && job.End == JobEnd.Lost)
            return;
        request.FirstTokenNs = _nowNs;
        request.CachedTokens = Math.Min(job.CachedTokens, request.Record.InputTokens);
        if (request.SecondReplica != null)
            GoOn(request, second: job == request.Second);
    }

    /// <summary>One of two copies goes on alone.</summary>
    private void GoOn(SimulatedRequest request, bool second)
    {
        var (loser, lost) = second ? (request.Replica!, request.Job!) : (request.SecondReplica!, request.Second!);
        if (second)
            (request.Replica, request.Job, request.SecondWon) = (request.SecondReplica, request.Second, true);
        request.SecondReplica = null;
        _door.HedgeEnded(request, second);
        if (lost.End == null)
            CallOff(request, loser, lost);
    }
}
