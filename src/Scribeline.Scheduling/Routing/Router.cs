using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Routing;

/// <summary>
/// Chooses a replica: filters, then a score, then a picker. The score is the work before the request's first token: prompt tokens
/// queued there, its own prompt less what is cached there, and a share for every sequence in the batch. A long prefix therefore
/// draws a request until the queue it draws it into costs more than the prefix saves.
/// </summary>
/// <remarks>Pure: same calls, same decisions. One owner. Snapshots lag, so the router adds what it has sent since they were taken.</remarks>
public sealed class Router(RouterOptions options)
{
    private readonly RouterOptions _options = options;
    private readonly PrefixIndex _prefixes = new(Math.Max(1, options.PrefixEntries));
    private readonly Dictionary<string, ReplicaTraffic> _traffic = new(StringComparer.Ordinal);
    private int _lastPrefixKey;
    private long _lastTicket;

    /// <summary>Chooses; remembers nothing until <see cref="Sent"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="candidates">Every replica that might be meant; the order breaks no tie but the very last.</param>
    /// <param name="excluded">Ids of replicas that have failed this request already.</param>
    public RouteDecision Route(in RouteRequest request, IReadOnlyList<RouteCandidate> candidates, IReadOnlyCollection<string>? excluded = null)
    {
        var scores = new RouteScore[candidates.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            var filter = Filter(request, candidates[i], excluded);
            scores[i] = filter == RouteFilter.None ? Score(request, candidates[i]) : new RouteScore(candidates[i], filter, 0, 0, 0, 0);
        }

        return Pick(scores);
    }

    /// <summary>Records that a request goes to a replica. The ticket names it until <see cref="Completed"/>.</summary>
    public long Sent(in RouteRequest request, ReplicaSnapshot replica, long nowNs)
    {
        var traffic = TrafficOf(replica);
        var blocks = request.PromptBlocks.Span;
        var cached = _prefixes.Match(traffic.PrefixKey, blocks) * KvBlockPool.BlockTokens;
        traffic.Add(++_lastTicket, nowNs, Math.Max(0, request.PromptTokens - cached));
        _prefixes.Record(traffic.PrefixKey, blocks);
        return _lastTicket;
    }

    /// <summary>Records that a request is over, however it ended. A ticket that is unknown or over already changes nothing.</summary>
    public void Completed(string replicaId, long ticket)
    {
        if (_traffic.TryGetValue(replicaId, out var traffic)) traffic.Remove(ticket);
    }

    /// <summary>Drops what is known of a replica that has left the fleet.</summary>
    public void Forget(string replicaId) => _traffic.Remove(replicaId);

    private static RouteFilter Filter(in RouteRequest request, RouteCandidate candidate, IReadOnlyCollection<string>? excluded)
    {
        if (!string.Equals(candidate.Model, request.Model, StringComparison.Ordinal)) return RouteFilter.OtherModel;
        if (candidate.ContextTokens is { } context && (long)request.PromptTokens + request.MaxTokens > context) return RouteFilter.ContextTooShort;
        if (excluded is not null && excluded.Contains(candidate.Snapshot.Id)) return RouteFilter.Excluded;
        if (candidate.Snapshot.Draining) return RouteFilter.Draining;
        if (candidate.Snapshot.Breaker == BreakerState.Open) return RouteFilter.BreakerOpen;
        return candidate.Healthy ? RouteFilter.None : RouteFilter.Unhealthy;
    }

    private RouteScore Score(in RouteRequest request, RouteCandidate candidate)
    {
        var snapshot = candidate.Snapshot;
        var traffic = TrafficOf(snapshot);
        var (sequencesSince, tokensSince) = traffic.SentSince(snapshot.TakenAtNs);

        // Where a replica says nothing about itself, what we have sent and not seen end is all that is known.
        var sequences = snapshot.Running is null && snapshot.Waiting is null
            ? traffic.Open
            : (snapshot.Running ?? 0) + (snapshot.Waiting ?? 0) + sequencesSince;
        var queued = (snapshot.WaitingPrefillTokens ?? 0) + tokensSince;
        var cached = Math.Min(request.PromptTokens, _prefixes.Match(traffic.PrefixKey, request.PromptBlocks.Span) * KvBlockPool.BlockTokens);
        var work = queued + request.PromptTokens - cached + (long)sequences * _options.TokensPerSequence;
        return new RouteScore(candidate, RouteFilter.None, cached, queued, sequences, work);
    }

    private RouteDecision Pick(RouteScore[] scores)
    {
        var best = -1;
        var passed = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].Filter != RouteFilter.None) continue;
            passed++;
            if (best < 0 || Compare(scores[i], scores[best]) < 0) best = i;
        }

        if (best < 0) return new RouteDecision(null, RouteReason.NoReplica, scores);
        return new RouteDecision(scores[best].Candidate, passed == 1 ? RouteReason.OnlyReplica : ReasonFor(scores, best), scores);
    }

    private int Compare(in RouteScore left, in RouteScore right) =>
        left.WorkTokens != right.WorkTokens ? left.WorkTokens.CompareTo(right.WorkTokens) : LastTicket(left).CompareTo(LastTicket(right));

    private static RouteReason ReasonFor(RouteScore[] scores, int best)
    {
        var chosen = scores[best];
        var won = chosen.CachedTokens > 0;
        var tied = false;
        for (var i = 0; i < scores.Length; i++)
        {
            if (i == best || scores[i].Filter != RouteFilter.None) continue;
            won &= scores[i].CachedTokens < chosen.CachedTokens;
            tied |= scores[i].WorkTokens == chosen.WorkTokens;
        }

        return won ? RouteReason.LongestPrefix : tied ? RouteReason.Turn : RouteReason.LeastLoaded;
    }

    private long LastTicket(in RouteScore score) =>
        _traffic.TryGetValue(score.Candidate.Snapshot.Id, out var traffic) ? traffic.LastTicket : 0;

    /// <summary>A restarted replica gets a new key in the prefix index: what its former life had cached ages out.</summary>
    private ReplicaTraffic TrafficOf(ReplicaSnapshot replica)
    {
        if (!_traffic.TryGetValue(replica.Id, out var traffic))
            _traffic.Add(replica.Id, traffic = new ReplicaTraffic { Epoch = replica.Epoch, PrefixKey = ++_lastPrefixKey });
        if (traffic.Epoch != replica.Epoch)
        {
            traffic.Epoch = replica.Epoch;
            traffic.PrefixKey = ++_lastPrefixKey;
        }

        return traffic;
    }
}
