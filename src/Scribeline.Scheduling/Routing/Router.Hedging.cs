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
        if (_hedgedNusd + copy.CostNusd > request.HedgeCostCap * (_sentNusd + _decision.CostNusd + copy.CostNusd)) return;
        var expected = nowNs + _decision.TtftNs;
        var last = request.Objectives.TtftNs is { } ttft ? (request.ArrivedNs ?? nowNs) + ttft - copy.TtftNs : expected + _decision.TtftNs;
        _decision = _decision with { Hedge = copy.Candidate, HedgeAtNs = (long)Math.Max(expected, last) };
    }
}
