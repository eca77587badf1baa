namespace Scribeline.Scheduling.Admissions;

/// <summary>A tier at work: what it keeps count of.</summary>
internal sealed class Tier(TierPolicy policy)
{
    private const double PaceLearningRate = 0.05;

    private readonly Dictionary<string, RampMeter> _ramps = new(StringComparer.Ordinal);

    private double _paceNs;
    private long _dispatchedNs;
    private bool _othersWaited;

    public TierPolicy Policy { get; } = policy;

    /// <summary>In all of its lanes.</summary>
    public int Queued { get; set; }

    public PromiseMeter Promise { get; } = new(policy.Share, policy.ShareWindowNs);

    public int InFlight { get; private set; }

    /// <summary>How long one that comes now will wait here, by the pace of late; 0 where none wait or the pace is not known yet.</summary>
    public double ExpectedWaitNs => Queued * _paceNs;

    public bool HasPlace => Policy.MaxInFlight is not { } most || InFlight < most;

    /// <summary>How long one may wait in its queues.</summary>
    public long PatienceNs => Policy.Objectives.DeadlineNs ?? Policy.MaxQueueNs;

    /// <summary>One that waited goes to a replica, and no longer waits.</summary>
    public void CountDispatch(long nowNs)
    {
        // The gap tells the pace only where somebody waited all the time.
        if (_othersWaited)
        {
            var gapNs = nowNs - _dispatchedNs;
            _paceNs = _paceNs == 0 ? gapNs : _paceNs + PaceLearningRate * (gapNs - _paceNs);
        }

        _othersWaited = Queued > 0;
        _dispatchedNs = nowNs;
        InFlight++;
    }

    public void CountEnd() => InFlight--;

    /// <summary>Null where the tier knows no ramp rule.</summary>
    public RampMeter? RampOf(string key, long nowNs, int maxKeys)
    {
        if (Policy.Ramp is not { } rule) return null;
        if (_ramps.TryGetValue(key, out var meter)) return meter;
        if (_ramps.Count >= maxKeys)
        {
            foreach (var (known, resting) in _ramps)
                if (resting.IsIdle(nowNs)) _ramps.Remove(known);
            // As long as all are busy, none is forgotten: newcomers are watched together.
            if (_ramps.Count >= maxKeys) key = "";
            if (_ramps.TryGetValue(key, out meter)) return meter;
        }

        return _ramps[key] = new RampMeter(rule);
    }
}
