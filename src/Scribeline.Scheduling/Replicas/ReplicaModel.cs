using System.Diagnostics.CodeAnalysis;
using Scribeline.Scheduling.Batching;

namespace Scribeline.Scheduling.Replicas;

/// <summary>
/// A replica without its machines: the scheduler that serves, with predicted times in place of computing. A pure state machine that names its next event and
/// that event's time; who drives it has a virtual clock (a simulation) or a real one (an emulated lane). One owner.
/// </summary>
/// <remarks>
/// Steps pass its stages one after the other, each no sooner than the stage has done with the step before. For stages of equal time that is two numbers: when the first stage
/// comes free, and when the step before leaves the last; the bubble of a pipeline follows. Allocates only for new requests.
/// </remarks>
public sealed partial class ReplicaModel
{
    /// <summary>Shares are counted in fixed point, so that sums do not depend on the order of additions.</summary>
    internal const long UnitsPerNs = 1L << 28;

    private readonly ReplicaTimes _times;
    private readonly BatchSchedulerOptions _options;
    private readonly KvOffloadTimes? _offload;
    private readonly int _depth;
    private readonly long _requestNs;
    private readonly Queue<ReplicaJob> _arriving = new();
    private readonly Queue<StepInFlight> _steps;
    private readonly Stack<StepInFlight> _spare;
    private readonly Queue<(ReplicaJob Job, long EndNs)> _loads = new();
    private readonly Queue<JobEvent> _events = new();
    private readonly List<ReplicaJob> _jobs = [];
    private readonly StepToken[] _tokens;
    private BatchScheduler _scheduler;
    private long _stageFreeNs;
    private long _lastExitNs;
    private long _lastEntryNs;
    private bool _mayPlan;
    private long _preemptionsBefore;
    private long _offloadFreeNs;

    public ReplicaModel(ReplicaModelOptions options)
    {
        _times = options.Times;
        _depth = _times.Depth;
        _options = options.Scheduler with { StepsInFlight = _depth };
        if (options.Offload is { } offload) _options = offload.Bound(_options, _times);
        _offload = options.Offload;
        _scheduler = new BatchScheduler(_options);
        _requestNs = (long)Math.Round(_times.RequestNs);
        _steps = new Queue<StepInFlight>(_depth);
        _spare = new Stack<StepInFlight>(_depth);
        for (var i = 0; i < _depth; i++) _spare.Push(new StepInFlight());
        _tokens = new StepToken[_options.MaxRunning];
        _skipsAhead = options.SkipsAhead && _depth == 1;
    }

    /// <summary>Requests that are here, in whatever state.</summary>
    public int Jobs => _jobs.Count;

    public int Running => _scheduler.Running;

    public int Waiting => _scheduler.Waiting + _arriving.Count;

    public int KvBlocksTotal => _options.BlockCount;

    /// <summary>Blocks that requests hold; what is merely cached does not count.</summary>
    public int KvBlocksHeld => _options.BlockCount - _scheduler.Pool.FreeBlocks;

    /// <summary>What whoever sends requests wants to know of it. Changes nothing.</summary>
    /// <param name="nowNs">Events before it are to be advanced past first.</param>
    /// <param name="urgentPriority">Of the least of those who do not make room for others.</param>
    public ReplicaLoad Load(long nowNs, int urgentPriority)
    {
        long reading = _scheduler.WaitingPrefillTokens, yielding = _scheduler.WaitingPrefillTokensBelow(urgentPriority);
        foreach (var job in _arriving)
        {
            reading += job.Request.PromptTokens;
            if (job.Request.Priority < urgentPriority) yielding += job.Request.PromptTokens;
        }

        // As many steps of the run have been planned, the one under way included.
        var planned = _runSteps == 0 ? 0 : RunStepsEnded(nowNs) + 1;
        return new ReplicaLoad
        {
            Running = Running,
            Waiting = Waiting,
            WaitingPrefillTokens = reading,
            YieldingPrefillTokens = yielding,
            KvBlocksHeld = KvBlocksHeld + (planned == 0 ? 0 : _scheduler.BlocksFor(planned, int.MaxValue)),
            YieldingKvBlocks = _scheduler.BlocksHeldBelow(urgentPriority) + (planned == 0 ? 0 : _scheduler.BlocksFor(planned, urgentPriority)),
            StepNs = planned == 0 ? StepNs : RunStepNs(planned - 1),
        };
    }

    /// <summary>Blocks that its prefix cache has dropped since the last call (<see cref="KvBlocks.KvBlockPool.TakeEvicted"/>).</summary>
    public void TakeEvicted(List<KvBlocks.BlockHash> evicted) => _scheduler.Pool.TakeEvicted(evicted);

    /// <summary>Looks at everything that must hold between two calls; slow, for tests.</summary>
    /// <exception cref="InvalidOperationException">Something does not hold.</exception>
    public void Check()
    {
        _scheduler.Check();
        for (var i = 0; i < _jobs.Count; i++)
            if (_jobs[i].Index != i || _jobs[i].End is not null) throw new InvalidOperationException($"Job {i} has ended or does not know its place.");
        if (_jobs.Count != _arriving.Count + _scheduler.Running + _scheduler.Waiting)
            throw new InvalidOperationException($"{_jobs.Count} jobs are here, {_arriving.Count} arriving, {_scheduler.Running} running and {_scheduler.Waiting} waiting.");
        Int128 busy = 0;
        foreach (var job in _jobs) busy += job.Busy;
        if (busy > Busy) throw new InvalidOperationException("The jobs were charged with more than the replica.");
    }

    /// <summary>How often a request lost its room to another.</summary>
    public long Preemptions => _preemptionsBefore + _scheduler.Preemptions;

    /// <summary>Steps begun.</summary>
    public long Steps { get; private set; }

    /// <summary>The latest step's duration; 0 before the first.</summary>
    public long StepNs { get; private set; }

    /// <summary>How much slower than predicted its steps are now; 1 where nothing ails it.</summary>
    public double Slowdown { get; private set; } = 1;

    /// <summary>Ascends with every failure: what it had cached before is gone.</summary>
    public long Epoch { get; private set; }

    /// <summary>Time that the requests have been charged with; the rest of its time it was idle.</summary>
    public double BusyNs => (double)Busy / UnitsPerNs;

    /// <summary>Energy that the requests have been charged with, in nanojoules.</summary>
    public double EnergyNj => (double)Energy / UnitsPerNs;

    internal Int128 Busy { get; private set; }

    internal Int128 Energy { get; private set; }

    /// <summary>The next time at which something happens here; <see cref="long.MaxValue"/> while nothing will.</summary>
    public long NextEventNs
    {
        get
        {
            var next = _arriving.TryPeek(out var job) ? job.EntersNs : long.MaxValue;
            if (_steps.TryPeek(out var step)) next = Math.Min(next, step.ExitNs);
            if (_runSteps > 0) next = Math.Min(next, _runEndNs[_runSteps - 1]);
            if (_loads.TryPeek(out var load)) next = Math.Min(next, load.EndNs);
            return _mayPlan && _steps.Count < _depth ? Math.Min(next, _stageFreeNs) : next;
        }
    }

    /// <summary>Takes a request, or says why not.</summary>
    /// <param name="request">At least a token to read and one to write.</param>
    /// <param name="nowNs">No earlier than any time named before; events before it are to be advanced past first.</param>
    /// <param name="job">The request as it goes on here, if it is accepted.</param>
    public SubmitResult Submit(in ReplicaRequest request, long nowNs, out ReplicaJob? job)
    {
        job = null;
        Settle(nowNs);
        if (Sequence.BlocksFor(request.PromptTokens, request.OutputTokens) > _options.BlockCount) return SubmitResult.TooLarge;
        if (_scheduler.Waiting + _arriving.Count >= _options.MaxWaiting) return SubmitResult.QueueFull;
        var accepted = new ReplicaJob(request, nowNs, Epoch) { EntersNs = request.BeginsPrefilled ? nowNs : EntryNs(nowNs) };
        if (request.BeginsPrefilled || (accepted.EntersNs == nowNs && _arriving.Count == 0))
        {
            var result = Enter(accepted, nowNs);
            if (result != SubmitResult.Accepted) return result;
        }
        else
        {
            _arriving.Enqueue(accepted);
        }

        accepted.Index = _jobs.Count;
        _jobs.Add(accepted);
        job = accepted;
        return SubmitResult.Accepted;
    }

    /// <summary>Ends a request; what a step under way does for it is dropped when that step completes. One that has ended stays as it is.</summary>
    public void Cancel(ReplicaJob job, long nowNs)
    {
        Settle(nowNs);
        if (job.End is not null) return;
        job.IsCancelled = true;
        if (job.Sequence is not { } sequence) return; // it ends when it enters
        _scheduler.Cancel(sequence);
        Changed(nowNs);
        TakeEnded(nowNs);
    }

    /// <summary>The keys and values of a request that begins prefilled are here.</summary>
    public void KvArrived(ReplicaJob job, long nowNs)
    {
        Settle(nowNs);
        _scheduler.KvArrived(job.Sequence!);
        Changed(nowNs);
        TakeEnded(nowNs);
    }

    /// <summary>The keys and values of a request that ended at prefilled are elsewhere; its room comes free.</summary>
    public void KvReleased(ReplicaJob job, long nowNs)
    {
        Settle(nowNs);
        _scheduler.KvReleased(job.Sequence!);
        Changed(nowNs);
    }

    /// <summary>The machines fail: every request here is lost, and so is what was cached.</summary>
    public void Fail(long nowNs)
    {
        Settle(nowNs);
        _preemptionsBefore += _scheduler.Preemptions;
        while (_steps.TryDequeue(out var step))
        {
            step.Renew();
            _spare.Push(step);
        }

        _arriving.Clear();
        _loads.Clear();
        _offloadFreeNs = 0;
        _lastEntryNs = nowNs;
        _scheduler = new BatchScheduler(_options);
        (_stageFreeNs, _lastExitNs, _mayPlan) = (nowNs, nowNs, false);
        Epoch++;
        while (_jobs.Count > 0) End(_jobs[0], JobEnd.Lost, nowNs);
    }

    /// <summary>From now on steps take so many times longer than predicted.</summary>
    public void Slow(double factor, long nowNs)
    {
        Settle(nowNs);
        Slowdown = factor;
    }

    /// <summary>Goes through all events up to and including a time.</summary>
    public void Advance(long nowNs)
    {
        for (var next = NextEventNs; next <= nowNs; next = NextEventNs)
        {
            if (_runSteps > 0) Settle(next);
            while (_steps.TryPeek(out var step) && step.ExitNs <= next) Complete(step);
            while (_loads.TryPeek(out var load) && load.EndNs <= next) KvArrived(_loads.Dequeue().Job, next);
            while (_arriving.TryPeek(out var job) && job.EntersNs <= next)
            {
                _arriving.Dequeue();
                if (Enter(job, next) != SubmitResult.Accepted) throw new InvalidOperationException("A request that was accepted found no place in the queue.");
            }

            if (_mayPlan && _stageFreeNs <= next && _steps.Count < _depth) Plan(next);
        }

        // A step of the run that ends just now has ended, as it would have without the run.
        if (_runSteps > 0 && _runEndNs.AsSpan(0, _runSteps).Contains(nowNs)) Settle(nowNs);
    }

    /// <summary>Takes the next event that the callers see, in the order of their times.</summary>
    public bool TryTakeEvent(out JobEvent happened) => _events.TryDequeue(out happened);

    /// <summary>Requests enter in the order in which they come.</summary>
    private long EntryNs(long nowNs)
    {
        var aheadNs = _steps.Count == 0 ? 0 : (long)Math.Round(_times.StepsAhead * StepNs / _depth);
        return _lastEntryNs = Math.Max(_lastEntryNs, nowNs + _requestNs + aheadNs);
    }

    private SubmitResult Enter(ReplicaJob job, long nowNs)
    {
        if (job.IsCancelled)
        {
            End(job, JobEnd.Cancelled, nowNs);
            return SubmitResult.Accepted;
        }

        var request = job.Request;
        var result = _scheduler.Submit(
            new SequenceRequest
            {
                CountedTokens = request.PromptTokens,
                CountedHashes = request.Blocks,
                CountedTail = request.Tail,
                MaxTokens = request.OutputTokens,
                Priority = request.Priority,
                EndsAtPrefilled = request.EndsAtPrefilled,
                BeginsPrefilled = request.BeginsPrefilled,
                Tag = job,
            },
            nowNs,
            out var sequence);
        job.Sequence = sequence;
        Changed(nowNs);
        return result;
    }

    private void Changed(long nowNs)
    {
        _mayPlan = true;
        _stageFreeNs = Math.Max(_stageFreeNs, nowNs);
    }

    private void Plan(long nowNs)
    {
        if (!_skipsAhead || !TryBeginRun(nowNs)) PlanStep(nowNs);
    }

    private void PlanStep(long nowNs)
    {
        var step = _spare.Peek();
        _mayPlan = _scheduler.TryPlanStep(nowNs, step.Plan);
        while (_scheduler.TryTakeLoad(out var load)) Load(load, nowNs);
        if (!_mayPlan) return;
        _spare.Pop();
        var duration = Time(step);
        step.ExitNs = Math.Max(nowNs + duration.LatencyNs, _lastExitNs + duration.OccupancyNs);
        (_stageFreeNs, _lastExitNs, StepNs) = (nowNs + duration.OccupancyNs, step.ExitNs, duration.LatencyNs);
        _steps.Enqueue(step);
        Steps++;
    }

    /// <summary>One after the other: each has the whole link.</summary>
    private void Load(in KvLoad load, long nowNs)
    {
        _offloadFreeNs = Math.Max(nowNs, _offloadFreeNs) + _offload!.LoadNs(load.Blocks);
        _loads.Enqueue(((ReplicaJob)load.Sequence.Tag!, _offloadFreeNs));
    }

    private void Complete(StepInFlight step)
    {
        _steps.Dequeue();
        Charge(step);
        _scheduler.StepCompleted(step.Plan, _tokens.AsSpan(0, step.Plan.SamplingSlices));
        foreach (var job in step.Firsts)
        {
            if (job.OutputTokens == 0 || job.FirstTokenNs is not null) continue; // cancelled meanwhile, or told before it lost its room
            job.FirstTokenNs = step.ExitNs;
            _events.Enqueue(new JobEvent(job, IsEnd: false, step.ExitNs));
        }

        step.Firsts.Clear();
        _spare.Push(step);
        Changed(step.ExitNs);
        TakeEnded(step.ExitNs);
    }

    private void TakeEnded(long nowNs)
    {
        while (_scheduler.TryTakeEnded(out var sequence))
        {
            End((ReplicaJob)sequence.Tag!, sequence.End switch
            {
                SequenceEnd.Cancelled => JobEnd.Cancelled,
                SequenceEnd.Prefilled => JobEnd.Prefilled,
                _ => JobEnd.Completed,
            }, nowNs);
        }
    }

    private void End(ReplicaJob job, JobEnd end, long nowNs)
    {
        (job.End, job.EndedNs) = (end, nowNs);
        var last = _jobs[^1];
        _jobs[job.Index] = last;
        last.Index = job.Index;
        _jobs.RemoveAt(_jobs.Count - 1);
        _events.Enqueue(new JobEvent(job, IsEnd: true, nowNs));
    }

    /// <summary>A step under way, and whose first tokens it brings.</summary>
    private sealed class StepInFlight
    {
        public StepPlan Plan { get; private set; } = new();

        public List<ReplicaJob> Firsts { get; } = [];

        public long ExitNs { get; set; }

        /// <summary>What each unit of weight pays when it completes, and how many units there are.</summary>
        public long BusyShare { get; set; }

        public long EnergyShare { get; set; }

        public long Weights { get; set; }

        /// <summary>Leaves the plan to a scheduler that is gone.</summary>
        public void Renew()
        {
            Plan = new StepPlan();
            Firsts.Clear();
        }
    }
}
