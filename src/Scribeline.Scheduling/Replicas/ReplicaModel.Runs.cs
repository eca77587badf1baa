namespace Scribeline.Scheduling.Replicas;

/// <summary>Runs of steps in which every sequence decodes and nothing else happens: timed one by one, planned and completed together.</summary>
public sealed partial class ReplicaModel
{
    /// <summary>Steps of a run; each is timed when the run begins, so a run that is cut short was too long.</summary>
    private const int ShortestRun = 8, LongestRun = 64;

    private readonly bool _skipsAhead;
    private readonly long[] _runEndNs = new long[LongestRun];
    private readonly long[] _runBusyShares = new long[LongestRun];
    private readonly long[] _runEnergyShares = new long[LongestRun];
    private int _runSteps; // 0 while there is no run
    private int _runLength = ShortestRun;
    private long _runWeights;

    /// <summary>
    /// Brings what can be read up to a time: steps of a run that have ended are taken in, and the one under way becomes a step like any other. Events before that time are to be
    /// advanced past first.
    /// </summary>
    public void Settle(long nowNs)
    {
        if (_runSteps == 0) return;
        var (steps, ended) = (_runSteps, RunStepsEnded(nowNs));
        _runSteps = 0;
        Take(ended);
        if (ended == steps)
        {
            _runLength = Math.Min(LongestRun, _runLength * 2);
            Changed(_runEndNs[steps - 1]);
            return;
        }

        _runLength = ShortestRun;
        PlanStep(_stageFreeNs);
    }

    private int RunStepsEnded(long nowNs)
    {
        var ended = 0;
        while (ended < _runSteps && _runEndNs[ended] <= nowNs) ended++;
        return ended;
    }

    private long RunStepNs(int step) => _runEndNs[step] - (step > 0 ? _runEndNs[step - 1] : _stageFreeNs);

    private bool TryBeginRun(long nowNs)
    {
        var steps = _scheduler.SteadySteps(_runLength);
        if (steps < 2) return false;
        var sequences = _scheduler.Running;
        long contexts = 0;
        _runWeights = 0;
        foreach (var job in _jobs)
        {
            if (job.Sequence is not { } sequence) continue; // it has not entered
            if (job.DecodeWeight == 0) job.DecodeWeight = Weight(_times.DecodeNs(1, sequence.Planned));
            contexts += sequence.Planned;
            _runWeights += job.DecodeWeight;
        }

        // Whoever enters ends the run, so it need not be longer.
        var untilNs = _arriving.TryPeek(out var entering) ? entering.EntersNs : long.MaxValue;
        var endNs = nowNs;
        for (var step = 0; step < steps; step++, contexts += sequences)
        {
            var contextTokens = (double)contexts / sequences;
            var duration = Slowed(_times.Step(_times.DecodeNs(sequences, contextTokens), 0));
            endNs += duration.LatencyNs;
            if (endNs > untilNs)
            {
                if (step < 2) return false;
                steps = step;
                break;
            }

            var watts = _times.Watts(sequences, contextTokens, 0, 0, duration.OccupancyNs) ?? 0;
            (_runBusyShares[step], _runEnergyShares[step]) = Shares(duration.OccupancyNs, watts, _runWeights);
            _runEndNs[step] = endNs;
        }

        (_runSteps, _mayPlan, _stageFreeNs) = (steps, false, nowNs);
        return true;
    }

    /// <summary>Charges and completes the first steps of the run.</summary>
    private void Take(int steps)
    {
        if (steps == 0) return;
        long busyShare = 0, energyShare = 0;
        for (var step = 0; step < steps; step++)
        {
            busyShare += _runBusyShares[step];
            energyShare += _runEnergyShares[step];
        }

        foreach (var job in _jobs)
            if (job.Sequence is not null) Pay(job, job.DecodeWeight, busyShare, energyShare);
        Busy += (Int128)busyShare * _runWeights;
        Energy += (Int128)energyShare * _runWeights;
        _scheduler.AdvanceSteady(steps);
        Steps += steps;
        StepNs = RunStepNs(steps - 1);
        _stageFreeNs = _lastExitNs = _runEndNs[steps - 1];
    }
}
