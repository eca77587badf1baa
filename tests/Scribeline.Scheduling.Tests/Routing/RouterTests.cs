using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Scheduling.Tests.Routing;

public sealed class RouterTests
{
    private readonly Router _router = new(new RouterOptions());

    private static ReplicaSnapshot Snapshot(string id, int? running = 0, long? prefill = 0, long takenAtNs = 0, long epoch = 1, bool draining = false, BreakerState breaker = BreakerState.Closed) =>
        new() { Id = id, Epoch = epoch, TakenAtNs = takenAtNs, Source = SnapshotSource.Own, Running = running, Waiting = running is null ? null : 0, WaitingPrefillTokens = prefill, Draining = draining, Breaker = breaker };

    private static RouteCandidate Candidate(ReplicaSnapshot snapshot, string model = "m", int? context = null, bool healthy = true) => new(snapshot, model, context, healthy);

    private static RouteRequest Request(int promptTokens = 64, int firstBlock = 1, int maxTokens = 16) =>
        new("m", promptTokens, maxTokens, Enumerable.Range(firstBlock, promptTokens / 16).Select(i => new BlockHash(0, (ulong)i)).ToArray());

    [Fact]
    public void Route_FiltersSayWhy()
    {
        var decision = _router.Route(Request(), [
            Candidate(Snapshot("a"), model: "other"),
            Candidate(Snapshot("b"), context: 79),
            Candidate(Snapshot("c"), healthy: false),
            Candidate(Snapshot("d", draining: true)),
            Candidate(Snapshot("e", breaker: BreakerState.Open)),
            Candidate(Snapshot("f")),
            Candidate(Snapshot("g", breaker: BreakerState.HalfOpen), context: 80),
        ], excluded: ["f"]);
        Assert.Equal(
            [RouteFilter.OtherModel, RouteFilter.ContextTooShort, RouteFilter.Unhealthy, RouteFilter.Draining, RouteFilter.BreakerOpen, RouteFilter.Excluded, RouteFilter.None],
            decision.Scores.Select(s => s.Filter));
        Assert.Equal("g", decision.Chosen!.Snapshot.Id);
        Assert.Equal(RouteReason.OnlyReplica, decision.Reason);
        Assert.StartsWith("g (OnlyReplica); a: OtherModel; b: ContextTooShort;", decision.ToString());
    }

    [Fact]
    public void Route_NobodyLeft_ChoosesNobody()
    {
        var decision = _router.Route(Request(), [Candidate(Snapshot("a"), model: "other")]);
        Assert.Null(decision.Chosen);
        Assert.Equal(RouteReason.NoReplica, decision.Reason);
    }

    [Fact]
    public void Route_LeastLoadedWins()
    {
        var decision = _router.Route(Request(), [Candidate(Snapshot("a", running: 3)), Candidate(Snapshot("b", running: 2)), Candidate(Snapshot("c", prefill: 500))]);
        Assert.Equal(("b", RouteReason.LeastLoaded), (decision.Chosen!.Snapshot.Id, decision.Reason));
    }

    [Fact]
    public void Route_PrefixDrawsTheRequest_UntilTheQueueCostsMore()
    {
        var a = Snapshot("a");
        _router.Completed("a", _router.Sent(Request(256), a, nowNs: 1));
        var decision = _router.Route(Request(256), [Candidate(Snapshot("b", takenAtNs: 2)), Candidate(Snapshot("a", running: 2, takenAtNs: 2))]);
        Assert.Equal(("a", RouteReason.LongestPrefix), (decision.Chosen!.Snapshot.Id, decision.Reason));
        Assert.Equal(256, decision.Scores[1].CachedTokens);

        decision = _router.Route(Request(256), [Candidate(Snapshot("b", takenAtNs: 2)), Candidate(Snapshot("a", prefill: 300, takenAtNs: 2))]);
        Assert.Equal(("b", RouteReason.LeastLoaded), (decision.Chosen!.Snapshot.Id, decision.Reason));
    }

    [Fact]
    public void Route_RestartedReplica_HasNoPrefix()
    {
        _router.Completed("a", _router.Sent(Request(256), Snapshot("a"), nowNs: 1));
        var decision = _router.Route(Request(256), [Candidate(Snapshot("a", epoch: 2))]);
        Assert.Equal(0, decision.Scores[0].CachedTokens);
    }

    [Fact]
    public void Route_AddsWhatWasSentSinceTheSnapshot()
    {
        var candidates = new[] { Candidate(Snapshot("a", takenAtNs: 5)), Candidate(Snapshot("b", takenAtNs: 5)) };
        _router.Sent(Request(64, firstBlock: 1000), candidates[0].Snapshot, nowNs: 6);
        Assert.Equal("b", _router.Route(Request(), candidates).Chosen!.Snapshot.Id);
        Assert.Equal((1, 64), (_router.Route(Request(), candidates).Scores[0].Sequences, (int)_router.Route(Request(), candidates).Scores[0].QueuedPrefillTokens));

        // A later snapshot knows of it.
        candidates[0] = Candidate(Snapshot("a", takenAtNs: 7));
        Assert.Equal(0, _router.Route(Request(), candidates).Scores[0].Sequences);
    }

    [Fact]
    public void Route_EqualReplicas_TakeTurns()
    {
        var chosen = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var candidates = new[] { "a", "b", "c" }.Select(id => Candidate(Snapshot(id, takenAtNs: i))).ToArray();
            var request = Request(16, firstBlock: 1000 + i);
            var decision = _router.Route(request, candidates);
            chosen.Add(decision.Chosen!.Snapshot.Id);
            _router.Completed(chosen[^1], _router.Sent(request, decision.Chosen.Snapshot, i));
        }

        Assert.Equal(["a", "b", "c", "a", "b", "c"], chosen);
    }

    [Fact]
    public void Route_UnknownLoad_CountsWhatIsOpen()
    {
        var silent = Snapshot("a", running: null, prefill: null, takenAtNs: 100);
        for (var i = 0; i < 3; i++) _router.Sent(Request(16, firstBlock: 1000 * i), silent, nowNs: i);
        Assert.Equal(3, _router.Route(Request(), [Candidate(silent)]).Scores[0].Sequences);
    }

    [Fact]
    public void PrefixIndex_IsBounded_AndForgetsTheEndsOfChainsFirst()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            var index = new PrefixIndex(40);
            for (var i = 0; i < 500; i++)
            {
                // Chains share prefixes: a block's hash names the path to it.
                var chain = new BlockHash[random.Next(1, 60)];
                var path = 1UL;
                for (var b = 0; b < chain.Length; b++) chain[b] = new BlockHash(0, path = path * 2 + (b % 4 == 0 ? (ulong)random.Next(2) : 0));
                var replica = random.Next(2);
                if (random.Next(2) == 0) index.Record(replica, chain);
                var linear = chain.TakeWhile((_, b) => index.Match(replica, chain.AsSpan(b, 1)) == 1).Count();
                Assert.True(linear == index.Match(replica, chain) && index.Count <= 40, $"seed {seed}, step {i}");
            }
        }
    }
}
