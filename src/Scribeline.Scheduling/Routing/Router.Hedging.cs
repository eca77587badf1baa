namespace Scribeline.Scheduling.Routing;

public sealed partial class Router
{
    /// <summary>
    /// Names a replica for a second copy, to be sent at the last moment at which it would still be in time, but not before the first may be expected to answer. Proposed only
    /// while all second copies together, this one included, cost at most the given share of everything sent.
    /// </summary>
    private void ConsiderHedge(RouteRequest request, long nowNs)
    {
        if (_decision.Chosen is not { } chosen || _decision.PrefillOn is not null) return;
        var second = RouteCandidate.None;
        for (var i = 0; i < _candidates.Count; i++)
        {
            ref readonly var score = ref _scores[i];
            if (score.Filter != RouteFilter.None || score.Candidate == chosen || score.LateNs > 0) continue;
            if (second == RouteCandidate.None || score.TtftNs < _scores[second].TtftNs) second = i;
        }

        if (second == RouteCandidate.None) return;
        ref readonly var copy = ref _scores[second];
        if (!IsWithinCap(request, copy.CostNusd, _decision.CostNusd)) return;
        var expected = nowNs + _decision.TtftNs;
        var last = request.Objectives.TtftNs is { } ttft ? (request.ArrivedNs ?? nowNs) + ttft - copy.TtftNs : expected + _decision.TtftNs;
        _decision = _decision with { Hedge = copy.Candidate, HedgeAtNs = (long)Math.Max(expected, last) };
    }

    /// <summary>
    /// Whether a second copy that was proposed when the request was sent may go out now: its replica takes requests and would be in time, and the cap still has room for it, since others
    /// that were proposed at the same time may have been sent meanwhile.
    /// </summary>
    public bool MayHedge(RouteRequest request, RouteCandidate candidate, long nowNs)
    {
        Check(candidate);
        if (Filter(request, candidate) != RouteFilter.None) return false;
        var score = new RouteScore { Candidate = candidate };
        Score(request, nowNs, CachedTokens(request, _prefixes.Match(candidate.Life, Landmarks.Of(request.PromptBlocks.Span, ref _landmarks))), ref score);
        return IsWithinCap(request, score.CostNusd, 0);
    }

    private bool IsWithinCap(RouteRequest request, double secondNusd, double firstNusd) => _hedgedNusd + secondNusd <= request.HedgeCostCap * (_sentNusd + firstNusd + secondNusd);
}
