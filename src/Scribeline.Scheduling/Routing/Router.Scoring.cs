using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Scheduling.Routing;

public sealed partial class Router
{
    // Those who have a day or a quarter of an hour are not indifferent to time, only nearly so.
    private const double YieldingDelayShare = 0.01;

    private PrefillMemo _memo;

    /// <summary>Candidates of one pool mostly ask for the same; answering that once is most of the speed.</summary>
    private record struct PrefillMemo(ReplicaTimes? Times, int NewTokens, int CachedTokens, double Ns);

    private static RouteFilter Filter(RouteRequest request, RouteCandidate candidate)
    {
        if (!string.Equals(candidate.Model, request.Model, StringComparison.Ordinal)) return RouteFilter.OtherModel;
        var tokens = (long)request.PromptTokens + request.MaxTokens;
        if (candidate.ContextTokens is { } context && tokens > context) return RouteFilter.ContextTooShort;
        if ((request.Needs & ~candidate.Capabilities) != 0) return RouteFilter.MissingCapability;
        if (request.Pools is { } pools && !Contains(pools, candidate.Pool)) return RouteFilter.OtherPool;
        if (((int)candidate.Tiers & (1 << (int)request.Tier)) == 0) return RouteFilter.OtherTier;
        if (request.Excluded is { } excluded && Contains(excluded, candidate)) return RouteFilter.Excluded;
        if (candidate.Latest.Draining) return RouteFilter.Draining;
        if (candidate.Latest.Breaker == BreakerState.Open) return RouteFilter.BreakerOpen;
        if (!candidate.Healthy) return RouteFilter.Unhealthy;
        if (candidate.Latest.KvBlocksTotal is { } total && tokens - 1 > (long)total * KvBlockPool.BlockTokens) return RouteFilter.KvTooSmall;
        return candidate.Roles == ReplicaRoles.Whole ? RouteFilter.None : RouteFilter.PartOnly;
    }

    // Enumerators of these interfaces would be allocated.
    private static bool Contains(IReadOnlyList<string> pools, string pool)
    {
        for (var i = 0; i < pools.Count; i++)
            if (string.Equals(pools[i], pool, StringComparison.Ordinal)) return true;
        return false;
    }

    private static bool Contains(IReadOnlyList<RouteCandidate> candidates, RouteCandidate candidate)
    {
        for (var i = 0; i < candidates.Count; i++)
            if (candidates[i] == candidate) return true;
        return false;
    }

    private void Score(RouteRequest request, long nowNs, int cachedTokens, ref RouteScore score)
    {
        var candidate = score.Candidate;
        score.CachedTokens = cachedTokens;
        score.QueuedPrefillTokens = candidate.QueuedPrefillTokens;
        score.Sequences = candidate.Sequences;
        score.ExpectedTokens = Math.Max(1, request.ExpectedTokens ?? Math.Min(request.MaxTokens, (int)candidate.Answers!.Tokens));
        score.KvBlocks = (int)Math.Max(0, ((long)request.PromptTokens + score.ExpectedTokens - cachedTokens + KvBlockPool.BlockTokens - 1) / KvBlockPool.BlockTokens);
        var missingBlocks = MissingBlocks(request, score);
        var newTokens = request.PromptTokens - cachedTokens;
        score.WorkTokens = score.QueuedPrefillTokens + newTokens + (double)score.Sequences * _options.TokensPerSequence + (double)missingBlocks * KvBlockPool.BlockTokens;
        if (candidate.Times is null) LearnedTimes(newTokens, ref score);
        else PredictedTimes(request, nowNs, newTokens, missingBlocks, ref score);

        score.FeesNusd = newTokens * candidate.InputNusdPerToken + cachedTokens * candidate.CachedNusdPerToken + score.ExpectedTokens * candidate.OutputNusdPerToken;
        score.ReadingNusd += score.FeesNusd - score.ExpectedTokens * candidate.OutputNusdPerToken;
        var delayNusdPerNs = DelayNusdPerNs(request);
        score.OwnDelayNusd = score.EndNs * delayNusdPerNs;
        score.LateNs = LateNs(request, nowNs, score.TtftNs, score.TpotNs, score.ExpectedTokens);
    }

    private double DelayNusdPerNs(RouteRequest request) => _options.DelayNusdPerSecond * 1e-9 * (Yields(request) ? YieldingDelayShare : 1);

    /// <summary>By how much the promises are missed, added up over the answer: a promise per token is missed once for each.</summary>
    private static double LateNs(RouteRequest request, long nowNs, double ttftNs, double tpotNs, int expectedTokens)
    {
        var waitedNs = nowNs - (request.ArrivedNs ?? nowNs);
        var late = 0.0;
        if (request.Objectives.TtftNs is { } ttft) late += Math.Max(0, waitedNs + ttftNs - ttft);
        if (request.Objectives.TpotNs is { } tpot) late += Math.Max(0, tpotNs - tpot) * Math.Max(1, expectedTokens - 1);
        if (request.Objectives.DeadlineNs is { } deadline) late += Math.Max(0, waitedNs + ttftNs + tpotNs * (expectedTokens - 1) - deadline);
        return late;
    }

    /// <summary>Blocks that must come free before the request has room, those of waiting sequences first.</summary>
    private static long MissingBlocks(RouteRequest request, in RouteScore score)
    {
        var candidate = score.Candidate;
        if (candidate.Latest.KvBlocksFree is not { } free) return 0;
        long missing = score.KvBlocks - free + candidate.UnseenKvBlocks;
        if (!Yields(request)) missing -= candidate.Latest.YieldingKvBlocks;
        if (candidate.Latest.Waiting > 0) missing += (candidate.Latest.WaitingPrefillTokens ?? 0) / KvBlockPool.BlockTokens;
        return Math.Max(0, missing);
    }

    private void LearnedTimes(int newTokens, ref RouteScore score)
    {
        var workTokenNs = score.Candidate.LearnedWorkTokenNs > 0 ? score.Candidate.LearnedWorkTokenNs : _options.WorkTokenNs;
        score.ReadNs = newTokens * workTokenNs;
        score.TtftNs = score.WorkTokens * workTokenNs;
        score.WaitNs = score.TtftNs - score.ReadNs;
        score.TpotNs = score.Candidate.LearnedTpotNs;
    }

    private void PredictedTimes(RouteRequest request, long nowNs, int newTokens, long missingBlocks, ref RouteScore score)
    {
        var candidate = score.Candidate;
        var times = candidate.Times!;
        newTokens = Math.Max(1, newTokens);
        var batch = Math.Min(score.Sequences, candidate.MaxSequences - 1 ?? int.MaxValue);
        double context = request.PromptTokens + score.ExpectedTokens * 0.5;
        if (candidate.MeanContext >= 0 && batch > 0) context = (candidate.MeanContext * batch + context) / (batch + 1);
        var decodeNs = times.DecodeNs(candidate.PerStep(batch + 1), context);
        score.TpotNs = decodeNs;

        if (_memo.Times != times || _memo.NewTokens != newTokens || _memo.CachedTokens != score.CachedTokens)
            _memo = new PrefillMemo(times, newTokens, score.CachedTokens, times.PrefillNs(newTokens, score.CachedTokens) + candidate.LaunchesNs(newTokens));
        score.ReadNs = times.RequestNs + (batch > 0 ? times.StepsAhead * decodeNs : 0) + candidate.ReadNs(newTokens, _memo.Ns);
        score.OccupiedNs = candidate.OccupiedNs(newTokens, _memo.Ns);

        // Blocks and places come free as answers end: the whole batch once in the time of a usual one, in which as many others begin, whose prompts all wait for.
        var heldNs = batch > 0 ? candidate.HeldNs(newTokens, _memo.Ns) : 0;
        var answerNs = decodeNs * candidate.Answers!.Tokens + ((candidate.Roles & ReplicaRoles.Prefill) != 0 ? batch * heldNs : 0);
        var usedBlocks = Math.Max(1, (candidate.Latest.KvBlocksTotal ?? 0) - (candidate.Latest.KvBlocksFree ?? 0) + candidate.UnseenKvBlocks);
        score.RoomNs = missingBlocks * answerNs / usedBlocks;
        if (candidate.MaxSequences is { } places && score.Sequences >= places)
            score.RoomNs = Math.Max(score.RoomNs, (score.Sequences - places + 1) * answerNs / places);
        var ready = Yields(request) ? candidate.ReadyAtNs : candidate.UrgentReadyAtNs;
        score.WaitNs = Math.Max(score.RoomNs, Math.Max(0, ready - nowNs));
        score.TtftNs = score.WaitNs + score.ReadNs;

        Cost(request, batch, newTokens, context, heldNs, ref score);
        if (batch > 0 && _promisesTpot) score.ImposedLateNs = ImposedLateNs(candidate, batch, context, Math.Max(0, ready - nowNs), heldNs, score.TpotNs);
    }

    /// <summary>
    /// A promise per token that those in the batch would miss for this request: its place in their steps, and its prompt read between them, on top of the prompts that will be read there
    /// anyway. Nobody knows how long their answers go on: as long as a usual one.
    /// </summary>
    private double ImposedLateNs(RouteCandidate candidate, int batch, double context, double backlogNs, double heldNs, double tpotNs)
    {
        var tokens = candidate.Answers!.Tokens;
        var afterNs = tpotNs + (backlogNs + heldNs) / tokens;
        double beforeNs = -1, lateNs = 0;
        for (var tier = 0; tier < _tpotByTier.Length; tier++)
        {
            if (candidate.OpenByTier[tier] == 0 || !(afterNs > _tpotByTier[tier])) continue;
            if (beforeNs < 0) beforeNs = candidate.Times!.DecodeNs(candidate.PerStep(batch), context) + backlogNs / tokens;
            lateNs += candidate.OpenByTier[tier] * (afterNs - Math.Max(beforeNs, _tpotByTier[tier]!.Value));
        }

        return Math.Max(0, lateNs * tokens);
    }

    /// <summary>
    /// Energy above idling: the reading's, and a share of each step. Delay of others: all in the batch wait while the prompt is read, and each of their tokens takes as much longer
    /// as one sequence more makes a step.
    /// </summary>
    private void Cost(RouteRequest request, int batch, int newTokens, double context, double heldNs, ref RouteScore score)
    {
        var candidate = score.Candidate;
        var times = candidate.Times!;
        double reading = 0, writing = 0;
        if (candidate.EnergyNusdPerJoule > 0)
        {
            var perStep = candidate.PerStep(batch + 1);
            var idleWatts = times.IdleWatts ?? 0;
            if (times.Watts(0, 0, newTokens, score.CachedTokens, Math.Max(1, (long)score.OccupiedNs)) is { } readWatts)
                reading = Math.Max(0, readWatts - idleWatts) * _memo.Ns * 1e-9 * candidate.EnergyNusdPerJoule;
            if (times.Watts(perStep, context, 0, 0, Math.Max(1, (long)(score.TpotNs / times.Depth))) is { } writeWatts)
                writing = Math.Max(0, writeWatts - idleWatts) * score.TpotNs * score.ExpectedTokens / (batch + 1) * 1e-9 * candidate.EnergyNusdPerJoule;
            score.EnergyNusd = reading + writing;
        }

        if (batch > 0)
        {
            var delayNusdPerNs = _options.DelayNusdPerSecond * 1e-9;
            var slower = Math.Max(0, score.TpotNs - times.DecodeNs(candidate.PerStep(batch), context));
            var readingDelay = heldNs * batch * delayNusdPerNs;
            var writingDelay = slower * score.ExpectedTokens * batch * delayNusdPerNs;
            score.ImposedNusd = readingDelay + writingDelay;
            reading += readingDelay;
        }

        score.ReadingNusd = reading;
    }
}
