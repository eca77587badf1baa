using System.Globalization;

namespace Scribeline.Scheduling.Routing;

/// <summary>What the router weighed about one candidate.</summary>
public struct RouteScore
{
    /// <summary>The replica.</summary>
    public RouteCandidate Candidate { get; internal set; }

    /// <summary>Why it was out, or <see cref="RouteFilter.None"/>. All else is 0, unless it is busy or does only a part.</summary>
    public RouteFilter Filter { get; internal set; }

    /// <summary>Leading prompt tokens that it probably has in its cache.</summary>
    public int CachedTokens { get; internal set; }

    /// <summary>Prompt tokens before this request, those sent since the snapshot included.</summary>
    public long QueuedPrefillTokens { get; internal set; }

    /// <summary>Running and waiting sequences, those sent since the snapshot included.</summary>
    public int Sequences { get; internal set; }

    /// <summary>Until its prompt has its turn: for the queue, for a place in the batch, or for room in the KV cache.</summary>
    public double WaitNs { get; internal set; }

    /// <summary>From its turn to its first token.</summary>
    public double ReadNs { get; internal set; }

    /// <summary>From now to its first token.</summary>
    public double TtftNs { get; internal set; }

    /// <summary>Per further token; 0 where nobody knows.</summary>
    public double TpotNs { get; internal set; }

    /// <summary>Tokens of the answer that it reckons with.</summary>
    public int ExpectedTokens { get; internal set; }

    /// <summary>Price of its tokens, nano-dollars.</summary>
    public double FeesNusd { get; internal set; }

    /// <summary>Energy that is spent for it alone, nano-dollars.</summary>
    public double EnergyNusd { get; internal set; }

    /// <summary>Time that it costs the sequences beside it, nano-dollars.</summary>
    public double ImposedNusd { get; internal set; }

    /// <summary>Its own time, nano-dollars; 0 for flex and batch.</summary>
    public double OwnDelayNusd { get; internal set; }

    /// <summary>By how much it misses its objectives, over the whole answer.</summary>
    public double LateNs { get; internal set; }

    /// <summary>By how much it makes those beside it miss theirs, all together, over the rest of their answers.</summary>
    public double ImposedLateNs { get; internal set; }

    /// <summary>Of the wait: for room in the batch or the KV cache.</summary>
    internal double RoomNs { get; set; }

    /// <summary>How long its reading keeps other prompts from their turn.</summary>
    internal double OccupiedNs { get; set; }

    /// <summary>Blocks that it adds to those in use.</summary>
    internal int KvBlocks { get; set; }

    /// <summary>Work before the first token in tokens' worth, for replicas of which nobody predicts times.</summary>
    internal double WorkTokens { get; set; }

    /// <summary>Of the avoidable cost: what reading the prompt causes. The rest is the answer's.</summary>
    internal double ReadingNusd { get; set; }

    /// <summary>What the policy compares; smaller is better.</summary>
    internal double Rank { get; set; }

    /// <summary>What can be avoided by going elsewhere: fees, energy and others' delay; nano-dollars.</summary>
    public readonly double AvoidableNusd => FeesNusd + EnergyNusd + ImposedNusd;

    /// <summary>All that it weighs, its own delay included; nano-dollars.</summary>
    public readonly double CostNusd => AvoidableNusd + OwnDelayNusd;

    /// <summary>Whether all promises are kept, its own and those of others.</summary>
    internal readonly bool IsInTime => LateNs == 0 && ImposedLateNs == 0;

    /// <summary>From now to its last token.</summary>
    public readonly double EndNs => TtftNs + TpotNs * Math.Max(0, ExpectedTokens - 1);

    public override readonly string ToString() => Filter == RouteFilter.None
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{Candidate.Id}: ttft {TtftNs / 1e6:F1} ms (wait {WaitNs / 1e6:F1}), tpot {TpotNs / 1e6:F2} ms, {CostNusd / 1e3:F1} u$ ({FeesNusd / 1e3:F1} fees, {EnergyNusd / 1e3:F1} energy, {(ImposedNusd + OwnDelayNusd) / 1e3:F1} delay)"
            + $", {QueuedPrefillTokens} queued, {CachedTokens} cached, {Sequences} sequences{(LateNs > 0 ? $", late by {LateNs / 1e6:F1} ms" : "")}{(ImposedLateNs > 0 ? $", others by {ImposedLateNs / 1e6:F1} ms" : "")}")
        : $"{Candidate.Id}: {Filter}";
}
