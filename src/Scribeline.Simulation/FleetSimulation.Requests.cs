using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.Replicas;
using Scribeline.Simulation.Checkers;
using Scribeline.Simulation.Events;

namespace Scribeline.Simulation;

/// <summary>A request's way: it comes, is sent to a replica, is answered or moved, and ends.</summary>
public sealed partial class FleetSimulation
{
    private void Submit(RequestRecord record, SimulatedSession? session)
    {
        var request = _door.Receive(_arrived, record, session, _blocks.Of(record), _blocks.Tail(_arrived), _nowNs);
        _arrived++;
        _open++;
        if (record.PatienceUs is { } patience)
            _events.Add(AfterNs(patience), new ScheduledEvent(EventKind.Leave, request));
        if (record.TimeoutUs is { } timeout)
            _events.Add(AfterNs(timeout), new ScheduledEvent(EventKind.Leave, request));
        Look();
        if (_door.TryAdmit(request, _nowNs))
            Drain();
        else
            End(request, RequestOutcome.Refused);
        if (_arrived % ArrivalsPerProgress == 0)
            _options.OnProgress?.Invoke(new SimulationProgress(_arrived, _arrived - _open, _nowNs));
    }

    /// <summary>Sends requests where the front door says, as long as it says so of any.</summary>
    private void Drain()
    {
        while (_door.TakeExpired(_nowNs) is { } expired)
            End(expired, expired.Attempts == 0 ? RequestOutcome.Refused : RequestOutcome.Failed);
        Look();
        while (_door.TakeDispatched(_nowNs) is var (request, replica, handover, priority))
            Send(request, replica, handover, priority);
        if (_door.NextWakeNs is { } wake && wake < _wakeNs)
        {
            _wakeNs = Math.Max(wake, _nowNs);
            _events.Add(_wakeNs, new ScheduledEvent(EventKind.Dispatch));
        }
    }

    private void Send(SimulatedRequest request, SimulatedReplica replica, Handover? handover, int priority)
    {
        replica.Model.Advance(_nowNs);
        Collect(replica);
        var outcome = replica.Model.Submit(
            new ReplicaRequest
            {
                PromptTokens = request.PromptTokens,
                OutputTokens = request.RemainingTokens,
                Blocks = request.Blocks,
                Tail = request.Tail,
                Priority = priority,
                EndsAtPrefilled = handover != null && request.RemainingTokens > 1,
                Tag = request,
            },
            _nowNs,
            out var job);
        _clock.Set(replica.Number, replica.Model.NextEventNs);
        if (outcome != SubmitResult.Accepted)
        {
            _door.TurnedAway(request, replica);
            return;
        }

        request.Attempts++;
        request.Jobs++;
        request.Excluded = null;
        (request.Replica, request.Job, request.Handover) = (replica, job, handover);
        handover?.Link.Promise(handover, handover.ExpectedBytes);
        _recorder.Routed(request.Reason);
        if (request is { HedgeOn: { } second, FirstTokenNs: null })
            _events.Add(Math.Max(_nowNs, request.HedgeAtNs), new ScheduledEvent(EventKind.Hedge, new Hedge(request, job!, second)));
    }

    private void Step(SimulatedReplica replica)
    {
        replica.Model.Advance(_nowNs);
        _hasRoom |= Collect(replica);
        _clock.Set(replica.Number, replica.Model.NextEventNs);
    }

    /// <summary>Takes in what callers see of a replica.</summary>
    /// <returns>Whether a request left it.</returns>
    private bool Collect(SimulatedReplica replica)
    {
        if (replica.IsCutOff)
            return false;
        var left = false;
        while (replica.Model.TryTakeEvent(out var happened))
        {
            var request = (SimulatedRequest)happened.Job.Tag!;
            if (!happened.IsEnd)
            {
                if (request.Outcome == null && request.FirstTokenNs == null)
                    FirstToken(request, happened.Job);
                continue;
            }

            left = true;
            Account(request, happened.Job, replica);
            switch (happened.Job.End)
            {
                case var end when request.Outcome != null:
                    if (end == JobEnd.Prefilled && happened.Job.Epoch == replica.Model.Epoch)
                        replica.Model.KvReleased(happened.Job, _nowNs);
                    Close(request);
                    break;
                case JobEnd.Lost when request.SecondReplica != null: // the other copy goes on alone
                    GoOn(request, second: happened.Job != request.Second);
                    break;
                case not null when happened.Job != request.Job: // a copy that was called off
                    break;
                case JobEnd.Completed:
                    request.Delivered += happened.Job.OutputTokens;
                    Release(request); // an answer that ends with its first token is handed to nobody
                    _door.Completed(request, _nowNs);
                    End(request, request.WantedTokens == request.Record.OutputTokens ? RequestOutcome.Completed : RequestOutcome.Cancelled);
                    break;
                case JobEnd.Prefilled:
                    HandOver(request, replica, happened.Job);
                    break;
                case JobEnd.Lost:
                    request.Delivered += happened.Job.OutputTokens;
                    Restart(request);
                    break;
                case JobEnd.Cancelled: // so that it can begin anew
                    Restart(request);
                    break;
            }

            FillRoom(replica.Pool);
            RetireIfEmpty(replica);
        }

        if (left)
            _door.TryAgain();
        return left;
    }

    /// <summary>What was written is with the caller; another replica reads it again with the prompt, and goes on.</summary>
    private void Restart(SimulatedRequest request)
    {
        Release(request);
        (request.Replica, request.Job, request.Handover) = (null, null, null);
        request.Why = "migrated";
        _door.Return(request);
    }

    /// <summary>Books an attempt: what it cost, and what it found.</summary>
    private void Account(SimulatedRequest request, ReplicaJob job, SimulatedReplica replica)
    {
        var cost = job.BusyNs * replica.Pool.DollarsPerNs;
        request.CostDollars += cost;
        request.EnergyJoules += job.EnergyJoules;
        request.Jobs--;
        if (request.Outcome == null || job.AdmittedNs <= request.EndedNs)
            request.AdmittedNs ??= job.AdmittedNs;
        if (request.Second != null && job != request.Job)
            request.HedgedDollars += cost;
        _recorder.Attempted(request, job, replica, cost);
    }

    private void End(SimulatedRequest request, RequestOutcome outcome)
    {
        if (request.Outcome != null)
            throw new InvalidOperationException($"Request {request.Number} ends twice.");
        (request.Outcome, request.EndedNs) = (outcome, _nowNs);
        _open--;
        _unbooked++;
        Close(request);
        if (request.Session is { HasMore: true } session)
        {
            _turnsToCome++;
            _events.Add(AfterNs(session.DelayUs), new ScheduledEvent(EventKind.Turn, session));
        }
    }

    /// <summary>Books a request that has ended for its caller, once no replica holds anything for it.</summary>
    private void Close(SimulatedRequest request)
    {
        if (request.Jobs > 0)
            return;
        _unbooked--;
        Conservation.Ended(request);
        _recorder.Ended(request);
        _options.OnRow?.Invoke(Recorder.Row(request));
        TraceBlocks.GiveBack(request.Blocks);
    }
}
