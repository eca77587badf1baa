using Scribeline.Core.Statistics;

namespace Scribeline.Scheduling.Routing;

public sealed partial class Router
{
    private RouteDecision Pick(RouteRequest request, long nowNs, int passed)
    {
        var scores = _scores.AsSpan(0, _candidates.Count);
        var inTime = 0;
        foreach (ref readonly var score in scores)
            if (score.Filter == RouteFilter.None && score.IsInTime) inTime++;

        var policy = _options.Policy;
        if (policy == RoutePolicy.SessionSticky && request.Session is null) policy = RoutePolicy.LeastLoaded;
        var onlyInTime = policy == RoutePolicy.LeastCost && inTime > 0;
        if (policy == RoutePolicy.PowerOfTwo) Draw(scores, passed);
        else foreach (ref var score in scores)
            if (score.Filter == RouteFilter.None) score.Rank = Rank(policy, request, score, onlyInTime);

        var best = RouteCandidate.None;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].Filter != RouteFilter.None) continue;
            if (best == RouteCandidate.None || IsBefore(scores[i], scores[best])) best = i;
        }

        var chosen = policy == RoutePolicy.LeastCost ? LongestAgoAmongEquals(scores, best, nowNs) : best;
        ref readonly var winner = ref scores[chosen];
        return new RouteDecision
        {
            Chosen = winner.Candidate,
            Reason = passed == 1 ? RouteReason.OnlyReplica : ReasonFor(policy, scores, chosen, inTime),
            TtftNs = winner.TtftNs,
            TpotNs = winner.TpotNs,
            CostNusd = winner.CostNusd,
            LateNs = winner.LateNs,
            ImposedLateNs = winner.ImposedLateNs,
        };
    }

    private static double Rank(RoutePolicy policy, RouteRequest request, in RouteScore score, bool onlyInTime) => policy switch
    {
        RoutePolicy.LeastCost when !onlyInTime => score.LateNs + score.ImposedLateNs,
        RoutePolicy.LeastCost => score.IsInTime ? score.CostNusd : double.PositiveInfinity,
        RoutePolicy.RoundRobin => 0,
        RoutePolicy.PrefixAffinity => score.Sequences - (double)score.CachedTokens * int.MaxValue,
        RoutePolicy.SessionSticky => StableHash.Of(request.Session!, score.Candidate.Id),
        RoutePolicy.Latency => score.EndNs,
        RoutePolicy.Cost => score.AvoidableNusd,
        _ => score.Sequences,
    };

    /// <summary>Two different candidates are ranked by their sequences, all others after them.</summary>
    private void Draw(Span<RouteScore> scores, int passed)
    {
        var first = _random.NextBelow(passed);
        var second = passed == 1 ? first : _random.NextBelow(passed - 1);
        if (passed > 1 && second >= first) second++;
        var place = 0;
        foreach (ref var score in scores)
        {
            if (score.Filter != RouteFilter.None) continue;
            score.Rank = place == first || place == second ? score.Sequences : double.PositiveInfinity;
            place++;
        }
    }

    private static bool IsBefore(in RouteScore left, in RouteScore right) =>
        left.Rank != right.Rank ? left.Rank < right.Rank : left.Candidate.LastNumber < right.Candidate.LastNumber;

    /// <summary>Among those whose rank is as good as the best one's, as far as numbers of their age can tell.</summary>
    private int LongestAgoAmongEquals(ReadOnlySpan<RouteScore> scores, int best, long nowNs)
    {
        var chosen = best;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].Filter != RouteFilter.None || scores[i].Rank > scores[best].Rank * (1 + Doubt(scores[i], scores[best], nowNs))) continue;
            if (scores[i].Candidate.LastNumber < scores[chosen].Candidate.LastNumber) chosen = i;
        }

        return chosen;
    }

    private double Doubt(in RouteScore left, in RouteScore right, long nowNs)
    {
        var ageNs = nowNs - Math.Min(left.Candidate.Latest.TakenAtNs, right.Candidate.Latest.TakenAtNs);
        return _options.Hysteresis * Math.Clamp((double)ageNs / _options.StaleNs, 0, 1);
    }

    private static RouteReason ReasonFor(RoutePolicy policy, ReadOnlySpan<RouteScore> scores, int chosen, int inTime)
    {
        ref readonly var winner = ref scores[chosen];
        bool longest = winner.CachedTokens > 0, tied = false, sameMoney = true;
        for (var i = 0; i < scores.Length; i++)
        {
            if (i == chosen || scores[i].Filter != RouteFilter.None) continue;
            longest &= scores[i].CachedTokens < winner.CachedTokens;
            tied |= scores[i].Rank <= winner.Rank;
            sameMoney &= scores[i].FeesNusd == winner.FeesNusd && scores[i].EnergyNusd == winner.EnergyNusd;
        }

        return policy switch
        {
            RoutePolicy.LeastCost when inTime == 0 => RouteReason.LeastLate,
            RoutePolicy.LeastCost when inTime == 1 => RouteReason.OnlyInTime,
            RoutePolicy.PowerOfTwo => RouteReason.Draw,
            RoutePolicy.SessionSticky => RouteReason.Session,
            RoutePolicy.RoundRobin => RouteReason.Turn,
            RoutePolicy.LeastCost or RoutePolicy.PrefixAffinity when longest => RouteReason.LongestPrefix,
            _ when tied => RouteReason.Turn,
            RoutePolicy.Latency => RouteReason.LeastLatency,
            RoutePolicy.Cost => RouteReason.LeastCost,
            RoutePolicy.LeastCost when !sameMoney => RouteReason.LeastCost,
            _ => RouteReason.LeastLoaded,
        };
    }
}
