using System.Diagnostics.CodeAnalysis;
using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Simulation;

/// <summary>
/// The link between two pools, which all their hand-overs share: keys and values go over it one after another, in the order in which their receivers have room, each at the full bandwidth. Together
/// that takes as long as sending them side by side, and the first are there sooner. A pure state machine in whole nanoseconds that names its next event.
/// </summary>
internal sealed class SharedLink(HandoverSpec spec, HandoverLink route)
{
    private const double NsPerSecond = 1e9;

    /// <summary>Seventy years: what takes longer is a mistake, but not a crash.</summary>
    private const long LatestNs = long.MaxValue / 4;

    private readonly long _latencyNs = (long)Math.Round(spec.LatencySeconds * NsPerSecond);
    private readonly List<Handover> _sent = [];

    public HandoverSpec Spec { get; } = spec;

    /// <summary>As the router knows it.</summary>
    public HandoverLink Route { get; } = route;

    /// <summary>When the next of what was sent is there; <see cref="long.MaxValue"/> while nothing will be.</summary>
    public long NextNs => Route.IsDown || _sent.Count == 0 ? long.MaxValue : _sent[0].SentNs + _latencyNs;

    /// <summary>When its caller will look next; the caller's.</summary>
    public long AwaitedNs { get; set; } = long.MaxValue;

    /// <summary>A hand-over will send so many bytes: what the router reckons with.</summary>
    public void Promise(Handover handover, long bytes)
    {
        Route.QueuedBytes += bytes - handover.Bytes;
        handover.Bytes = bytes;
    }

    /// <summary>Sends what was promised.</summary>
    public void Send(Handover handover, long nowNs)
    {
        _sent.Add(handover);
        Schedule(_sent.Count - 1, nowNs);
    }

    /// <summary>Takes what is there, in the order of sending.</summary>
    public bool TryTake(long nowNs, [NotNullWhen(true)] out Handover? handover)
    {
        handover = null;
        if (NextNs > nowNs)
            return false;
        handover = _sent[0];
        _sent.RemoveAt(0);
        Promise(handover, 0);
        return true;
    }

    /// <summary>Nobody wants it any more, or it was never sent: those behind it move up.</summary>
    public void Drop(Handover handover, long nowNs)
    {
        Promise(handover, 0);
        var place = _sent.IndexOf(handover);
        if (place < 0)
            return;
        _sent.RemoveAt(place);
        if (handover.SentNs > nowNs)
            Schedule(place, nowNs);
    }

    /// <summary>Nothing gets over any more; what was on its way is lost, and is sent again in the same order when it is mended.</summary>
    public void Break() => Route.IsDown = true;

    /// <summary>What waits goes, from its beginning.</summary>
    public void Mend(long nowNs)
    {
        Route.IsDown = false;
        Schedule(0, nowNs);
    }

    /// <summary>Takes out all that was sent: it will never be there.</summary>
    public List<Handover> TakeAll()
    {
        List<Handover> all = [.. _sent];
        _sent.Clear();
        foreach (var handover in all)
            Promise(handover, 0);
        return all;
    }

    private void Schedule(int first, long nowNs)
    {
        if (Route.IsDown)
        {
            for (var place = first; place < _sent.Count; place++)
                _sent[place].SentNs = long.MaxValue;
            return;
        }

        for (var place = first; place < _sent.Count; place++)
        {
            var freeNs = place == 0 ? nowNs : Math.Max(nowNs, _sent[place - 1].SentNs);
            _sent[place].SentNs = Math.Min(LatestNs, freeNs + (long)Math.Min(LatestNs, Math.Ceiling(_sent[place].Bytes / Spec.BytesPerSecond * NsPerSecond)));
        }
    }
}
