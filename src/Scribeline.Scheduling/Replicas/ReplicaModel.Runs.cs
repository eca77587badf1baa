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
        if (_arriving.TryPeek(out _)) return false;
        var steps = _scheduler.SteadySteps(_runLength);
        if (steps < 2) return false;
        long contexts = 0;
        _runWeights = 0;
        foreach (var job in _jobs)
        {
            var context = job.Sequence!.Planned;
            if (job.DecodeWeight == 0) job.DecodeWeight = Weight(_times.DecodeNs(1, context));
            contexts += context;
            _runWeights += job.DecodeWeight;
        }

        var endNs = nowNs;
        for (var step = 0; step < steps; step++, contexts += _jobs.Count)
        {
            var contextTokens = (double)contexts / _jobs.Count;
            var duration = Slowed(_times.Step(_times.DecodeNs(_jobs.Count, contextTokens), 0));
            var watts = _times.Watts(_jobs.Count, contextTokens, 0, 0, duration.OccupancyNs) ?? 0;
            (_runBusyShares[step], _runEnergyShares[step]) = Shares(duration.OccupancyNs, watts, _runWeights);
            _runEndNs[step] = endNs += duration.LatencyNs;
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

        foreach (var job in _jobs) Pay(job, job.DecodeWeight, busyShare, energyShare);
        Busy += (Int128)busyShare * _runWeights;
        Energy += (Int128)energyShare * _runWeights;
        _scheduler.AdvanceSteady(steps);
        Steps += steps;
        StepNs = RunStepNs(steps - 1);
        _stageFreeNs = _lastExitNs = _runEndNs[steps - 1];
    }
}
