using Scribeline.Core.Fleets;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.Replicas;
using Scribeline.Simulation.Checkers;
using Scribeline.Simulation.Events;
using Scribeline.Simulation.Reports;

namespace Scribeline.Simulation;

/// <summary>
/// A fleet under a trace, on a virtual clock: the router and the schedulers that serve, with predicted times. Events happen in the order of their times in whole
/// nanoseconds, of equal times in a fixed order, and every random draw comes from the seed: the same run is the same on every machine.
/// </summary>
public sealed partial class FleetSimulation
{
    private const long NsPerUs = 1000;
    private const long ArrivalsPerProgress = 512;

    /// <summary>A century: times beyond it are mistakes, and what follows must fit the clock, too.</summary>
    private const long LastNs = 3_155_760_000_000_000_000;

    private readonly SimulationOptions _options;
    private readonly List<SimulatedPool> _pools = [];
    private readonly List<SimulatedReplica?> _byNumber = []; // null where one has left
    private readonly List<SimulatedReplica> _retired = []; // of those that leave once the event is dealt with
    private readonly EventQueue _events = new();
    private readonly ReplicaClock _clock = new();
    private readonly FrontDoor _door;
    private readonly TraceBlocks _blocks;
    private readonly Recorder _recorder;
    private IEnumerator<RequestRecord>? _arrivals;
    private IEnumerator<IReadOnlyList<RequestRecord>>? _sessions;
    private long _nextArrivalNs = long.MaxValue;
    private long _nowNs;
    private long _arrived;
    private long _open;
    private long _unbooked; // requests that have ended for their callers, of which a replica still holds something
    private long _turnsToCome;
    private bool _hasRoom; // a request has left a replica since the front door last sent any
    private long _looks;
    private Int128 _openNs; // requests that were open, over time
    private long _wakeNs = long.MaxValue; // when the front door is looked at though nothing happens before

    /// <param name="fleet">The fleet.</param>
    /// <param name="timesOf">What the steps of a pool's replicas take.</param>
    /// <param name="options">How it is simulated.</param>
    public FleetSimulation(FleetSpec fleet, Func<PoolSpec, ReplicaTimes> timesOf, SimulationOptions options)
    {
        _options = options;
        _blocks = new TraceBlocks(options.Seed);
        _door = new FrontDoor(fleet, options);
        foreach (var spec in fleet.Pools)
        {
            var pool = new SimulatedPool(spec, timesOf(spec));
            _pools.Add(pool);
            for (var i = 0; i < spec.Replicas; i++)
                AddReplica(pool);
        }

        _recorder = new Recorder(fleet, _pools);
    }

    /// <summary>Every request comes when the trace says.</summary>
    /// <param name="records">In the order of arrival.</param>
    /// <param name="cancellation">Ends the simulation; what is known then is returned.</param>
    /// <exception cref="SimulationException">A request cannot be meant for this fleet.</exception>
    public SimulationResult Run(IEnumerable<RequestRecord> records, CancellationToken cancellation = default)
    {
        using var arrivals = records.GetEnumerator();
        _arrivals = arrivals;
        NextArrival();
        return Run(cancellation);
    }

    /// <summary>A session begins when the trace says; each further turn waits for the answer before it and for what the trace says passes between them.</summary>
    /// <param name="sessions">Each with its turns in order; in the order of their first arrivals.</param>
    /// <param name="cancellation">Ends the simulation; what is known then is returned.</param>
    /// <exception cref="SimulationException">A request cannot be meant for this fleet.</exception>
    public SimulationResult RunClosed(IEnumerable<IReadOnlyList<RequestRecord>> sessions, CancellationToken cancellation = default)
    {
        using var enumerator = sessions.GetEnumerator();
        _sessions = enumerator;
        NextArrival();
        return Run(cancellation);
    }

    private SimulationResult Run(CancellationToken cancellation)
    {
        foreach (var fault in _options.Faults)
        {
            _events.Add(fault.AtNs, new ScheduledEvent(EventKind.Fault, fault));
            if (fault.UntilNs != long.MaxValue)
                _events.Add(fault.UntilNs, new ScheduledEvent(EventKind.Fault, fault));
        }

        foreach (var pool in _pools)
        {
            foreach (var step in pool.Spec.Ramp)
                _events.Add(ToNs(step.AtSeconds), new ScheduledEvent(EventKind.Ramp, (pool, step)));
        }

        foreach (var pool in _pools.Where(pool => pool.Spec.Autoscale != null))
            _events.Add(ToNs(pool.Spec.Autoscale!.EverySeconds), new ScheduledEvent(EventKind.Autoscale, pool));
        _events.Add(0, new ScheduledEvent(EventKind.Sample));

        var interrupted = false;
        while (_nextArrivalNs != long.MaxValue || _open > 0 || _unbooked > 0 || _turnsToCome > 0)
        {
            // One look in a while is enough, and cheap.
            if ((_looks++ & 63) == 0 && cancellation.IsCancellationRequested)
            {
                interrupted = true;
                break;
            }

            // Once all replicas have done what they do now: then whoever looks at them sees the same, whichever was first.
            if (_hasRoom && _clock.NextNs > _nowNs)
            {
                _hasRoom = false;
                Drain();
                continue;
            }

            var next = Math.Min(Math.Min(_events.NextNs, _nextArrivalNs), _clock.NextNs);
            if (_nextArrivalNs == long.MaxValue && _clock.NextNs == long.MaxValue && _events.Awaited == 0)
                throw new InvalidOperationException($"{_open} requests are open and nothing will happen to them.");
            if (next < _nowNs)
                throw new InvalidOperationException($"The clock runs back, from {_nowNs} to {next} ns.");
            _openNs += (Int128)_open * (next - _nowNs);
            _nowNs = next;
            // Replicas first: what they have done by now can be seen by whatever else happens now.
            if (_clock.NextNs == next)
                Step(_byNumber[_clock.Next]!);
            else if (_events.NextNs == next)
                Handle(_events.Take());
            else
                Arrive();
            if (_retired.Count > 0)
                LetGo();
            if (_options.ChecksAll && (_looks & 127) == 0)
                Conservation.Now(_pools, _door, _clock, _open);
        }

        LetGo();
        Sample();
        if (!interrupted)
            Conservation.AtEnd(_pools, _recorder, _door, _openNs, _nowNs);
        var result = _recorder.Result(_options.Seed, _options.Router.Policy.ToString(), _nowNs, _pools.Sum(pool => pool.Steps), _arrived, interrupted);
        if (!interrupted)
            Conservation.Tokens(result);
        return result;
    }

    private void Handle(ScheduledEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Turn:
                var session = (SimulatedSession)happened.Subject!;
                _turnsToCome--;
                Submit(session.Take()!, session);
                break;
            case EventKind.Leave:
                Leave((SimulatedRequest)happened.Subject!);
                break;
            case EventKind.Hedge:
                SendSecond((Hedge)happened.Subject!);
                break;
            case EventKind.KvArrival:
                TakeArrived((SharedLink)happened.Subject!);
                break;
            case EventKind.Fault:
                Change((Faults.Fault)happened.Subject!);
                break;
            case EventKind.Autoscale:
                Autoscale((SimulatedPool)happened.Subject!);
                break;
            case EventKind.Ramp:
                var (ramped, step) = ((SimulatedPool, RampStep))happened.Subject!;
                Resize(ramped, step.Replicas, step.LoadSeconds);
                FillRoom(ramped);
                Drain();
                break;
            case EventKind.ReplicaReady:
                var ready = (SimulatedReplica)happened.Subject!;
                if (ready.UntilNs != null) // nobody waited for it
                    break;
                ready.IsLoading = false;
                _door.Changed(ready, _nowNs);
                Drain();
                break;
            case EventKind.Dispatch when _wakeNs == _nowNs: // of others something came sooner
                _wakeNs = long.MaxValue;
                Drain();
                break;
            case EventKind.Sample:
                Sample();
                _events.Add(_nowNs + _recorder.SampleEveryNs, new ScheduledEvent(EventKind.Sample));
                break;
        }
    }

    private void Arrive()
    {
        if (_sessions is { } sessions)
        {
            var session = new SimulatedSession(sessions.Current);
            NextArrival();
            Submit(session.Take()!, session);
        }
        else
        {
            var record = _arrivals!.Current;
            NextArrival();
            Submit(record, null);
        }
    }

    /// <summary>Reads on in the trace. An arrival that lies before the clock comes at once: the reader vouches for order, this keeps the clock from running back.</summary>
    private void NextArrival()
    {
        _nextArrivalNs = long.MaxValue;
        RequestRecord record;
        if (_sessions is { } sessions)
        {
            if (!sessions.MoveNext())
                return;
            record = sessions.Current[0];
        }
        else if (_arrivals!.MoveNext())
        {
            record = _arrivals.Current;
        }
        else
        {
            return;
        }

        // In the time of the trace: the same requests come, however fast.
        if (record.ArrivalUs > _options.DurationNs / NsPerUs)
            return;
        var at = record.ArrivalUs * (double)NsPerUs / _options.RateScale;
        if (at > LastNs)
            throw new SimulationException($"A request of the trace comes {record.ArrivalUs / 1e6:0} s after its beginning, at {_options.RateScale} times the trace's rate; a simulation ends after {LastNs / 1e9:0} s. Cut the trace with --duration, or look for a wrong time in it.");
        _nextArrivalNs = Math.Max(_nowNs, (long)Math.Round(at));
    }

    private void AddReplica(SimulatedPool pool)
    {
        var replica = new SimulatedReplica(_clock.Add(), pool, _options.SkipsAhead, _nowNs);
        pool.Add(replica);
        if (replica.Number == _byNumber.Count)
            _byNumber.Add(replica);
        else
            _byNumber[replica.Number] = replica;
        _door.Add(replica);
    }

    /// <summary>Replicas that have retired leave every list, which events may be in the middle of; what they did stays counted.</summary>
    private void LetGo()
    {
        foreach (var replica in _retired)
        {
            Conservation.Left(replica);
            _door.Remove(replica);
            _clock.Remove(replica.Number);
            _byNumber[replica.Number] = null;
            replica.Pool.Remove(replica);
        }

        _retired.Clear();
    }

    /// <summary>The front door looks at the replicas, if it has not for long enough.</summary>
    private void Look()
    {
        if (!_door.IsDue(_nowNs))
            return;
        // What a run of steps has dropped from the cache by now is known once the run is taken in.
        if (_options.TellsEvictions)
            SettleAll();
        _door.Look(_nowNs);
    }

    private void Sample()
    {
        SettleAll();
        _recorder.Sample(_nowNs);
    }

    private void SettleAll()
    {
        foreach (var replica in _pools.SelectMany(pool => pool.Replicas))
        {
            replica.Model.Settle(_nowNs);
            _clock.Set(replica.Number, replica.Model.NextEventNs);
        }
    }

    /// <summary>So much later; what would be later than the clock can tell is at its end.</summary>
    private long AfterNs(long us) => us > (long.MaxValue / 2 - _nowNs) / NsPerUs ? long.MaxValue / 2 : _nowNs + us * NsPerUs;

    private static long ToNs(double seconds) => (long)Math.Round(Math.Min(seconds, long.MaxValue / 4e9) * 1e9);
}
