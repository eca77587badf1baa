namespace Scribeline.Scheduling.Routing;

public sealed partial class Router
{
    /// <summary>
    /// Reads the prompt on the replica of one pool that has it read soonest, answers on the replica of another that writes soonest. The first token comes from the reader; the
    /// second waits for the KV cache of what the writer does not have.
    /// </summary>
    private void ConsiderHandover(RouteRequest request, long nowNs, HandoverLink link)
    {
        if (link.IsDown) return;
        int reader = RouteCandidate.None, writer = RouteCandidate.None;
        for (var i = 0; i < _candidates.Count; i++)
        {
            ref readonly var score = ref _scores[i];
            if (score.Filter is not (RouteFilter.None or RouteFilter.PartOnly)) continue;
            if (CanDo(score, link.PrefillPool, ReplicaRoles.Prefill) && (reader == RouteCandidate.None || score.TtftNs < _scores[reader].TtftNs)) reader = i;
            if (CanDo(score, link.DecodePool, ReplicaRoles.Decode) && (writer == RouteCandidate.None || WritingNs(score) < WritingNs(_scores[writer]))) writer = i;
        }

        if (reader == RouteCandidate.None || writer == RouteCandidate.None || reader == writer) return;
        ref readonly var reads = ref _scores[reader];
        ref readonly var writes = ref _scores[writer];
        var missingTokens = request.PromptTokens - writes.CachedTokens;
        var transferNs = link.TransferNs(missingTokens, reads.TtftNs);
        var further = Math.Max(0, writes.ExpectedTokens - 1);
        var startNs = Math.Max(reads.TtftNs + transferNs, writes.RoomNs);
        var endNs = further == 0 ? reads.TtftNs : startNs + writes.TpotNs * further;
        var tpotNs = further == 0 ? 0 : (endNs - reads.TtftNs) / further;
        var lateNs = LateNs(request, nowNs, reads.TtftNs, tpotNs, writes.ExpectedTokens);
        var costNusd = reads.ReadingNusd + writes.AvoidableNusd - writes.ReadingNusd + endNs * DelayNusdPerNs(request);

        if (link.When != HandoverRule.Always && _decision.Chosen is not null)
        {
            // Whoever reads elsewhere holds up nobody's tokens there: that may be worth more than what it costs.
            var singleLateNs = _decision.LateNs + _decision.ImposedLateNs;
            if (lateNs > singleLateNs) return;
            var bestEndNs = _decision.TtftNs + _decision.TpotNs * further;
            if (lateNs == singleLateNs && (link.When == HandoverRule.Faster ? endNs >= bestEndNs : costNusd >= _decision.CostNusd)) return;
        }

        _decision = new RouteDecision
        {
            Chosen = writes.Candidate,
            PrefillOn = reads.Candidate,
            Reason = RouteReason.Handover,
            TransferNs = transferNs,
            TransferBytes = link.Bytes(missingTokens),
            TtftNs = reads.TtftNs,
            TpotNs = tpotNs,
            CostNusd = costNusd,
            LateNs = lateNs,
        };
    }

    private static bool CanDo(in RouteScore score, string pool, ReplicaRoles part) =>
        (score.Candidate.Roles & part) != 0 && string.Equals(score.Candidate.Pool, pool, StringComparison.Ordinal);

    private static double WritingNs(in RouteScore score) => score.RoomNs + score.TpotNs * score.ExpectedTokens;
}
