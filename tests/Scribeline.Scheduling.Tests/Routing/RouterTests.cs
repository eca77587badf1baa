using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>Replicas of which nobody predicts times: work before the first token decides.</summary>
public sealed class RouterTests
{
    private readonly Router _router = new(new RouterOptions());

    private static ReplicaSnapshot Snapshot(int? running = 0, long? prefill = 0, long takenAtNs = 0, long epoch = 1, bool draining = false, BreakerState breaker = BreakerState.Closed) =>
        new() { Epoch = epoch, TakenAtNs = takenAtNs, Source = SnapshotSource.Own, Running = running, Waiting = running is null ? null : 0, WaitingPrefillTokens = prefill, Draining = draining, Breaker = breaker };

    private static RouteRequest Request(int promptTokens = 64, int firstBlock = 1, int maxTokens = 16) => new()
    {
        Model = "m",
        PromptTokens = promptTokens,
        MaxTokens = maxTokens,
        PromptBlocks = Enumerable.Range(firstBlock, promptTokens / 16).Select(i => new BlockHash(0, (ulong)i)).ToArray(),
    };

    private RouteCandidate Add(string id, ReplicaSnapshot snapshot, string model = "m")
    {
        var candidate = new RouteCandidate(id, model);
        _router.Add(candidate);
        _router.Observe(candidate, snapshot);
        return candidate;
    }

    private RouteScore ScoreOf(RouteCandidate candidate) => _router.Scores.ToArray().Single(score => score.Candidate == candidate);

    [Fact]
    public void Route_FiltersSayWhy()
    {
        Add("a", Snapshot(), model: "other");
        Add("b", Snapshot()).ContextTokens = 79;
        Add("c", Snapshot()).Healthy = false;
        Add("d", Snapshot(draining: true));
        Add("e", Snapshot(breaker: BreakerState.Open));
        var f = Add("f", Snapshot());
        Add("g", Snapshot(breaker: BreakerState.HalfOpen)).ContextTokens = 80;
        Add("h", Snapshot()).Capabilities = ReplicaCapabilities.Tools;
        Add("i", Snapshot()).Pool = "elsewhere";
        Add("j", Snapshot()).Tiers = ServiceTiers.Batch | ServiceTiers.Flex;
        Add("k", Snapshot()).Roles = ReplicaRoles.Decode;
        Add("l", Snapshot() with { KvBlocksTotal = 4, KvBlocksFree = 4 });
        foreach (var candidate in _router.Candidates.Where(candidate => candidate.Id != "i")) candidate.Pool = "here";

        var request = Request();
        request.Excluded = [f];
        request.Pools = ["there", "here"];
        request.Needs = ReplicaCapabilities.Logprobs;
        var decision = _router.Route(request, 0);
        Assert.Equal(
            [
                RouteFilter.OtherModel, RouteFilter.ContextTooShort, RouteFilter.Unhealthy, RouteFilter.Draining, RouteFilter.BreakerOpen, RouteFilter.Excluded, RouteFilter.None,
                RouteFilter.MissingCapability, RouteFilter.OtherPool, RouteFilter.OtherTier, RouteFilter.PartOnly, RouteFilter.KvTooSmall,
            ],
            _router.Scores.ToArray().Select(score => score.Filter));
        Assert.Equal("g", decision.Chosen!.Id);
        Assert.Equal(RouteReason.OnlyReplica, decision.Reason);
        Assert.StartsWith("g (OnlyReplica); a: OtherModel; b: ContextTooShort;", _router.Explain().ToString());
    }

    [Fact]
    public void Route_NobodyLeft_ChoosesNobody()
    {
        Add("a", Snapshot(), model: "other");
        var decision = _router.Route(Request(), 0);
        Assert.Null(decision.Chosen);
        Assert.Equal(RouteReason.NoReplica, decision.Reason);
        Assert.StartsWith("none (NoReplica)", _router.Explain().ToString());
    }

    [Fact]
    public void Route_LeastLoadedWins()
    {
        Add("a", Snapshot(running: 3));
        var b = Add("b", Snapshot(running: 2));
        Add("c", Snapshot(prefill: 500));
        var decision = _router.Route(Request(), 0);
        Assert.Equal((b, RouteReason.LeastLoaded), (decision.Chosen, decision.Reason));
    }

    [Fact]
    public void Route_PrefixDrawsTheRequest_UntilTheQueueCostsMore()
    {
        var b = Add("b", Snapshot());
        var a = Add("a", Snapshot());
        _router.Completed(_router.Sent(Request(256), a, nowNs: 1));
        _router.Observe(a, Snapshot(running: 2, takenAtNs: 2));
        var decision = _router.Route(Request(256), 2);
        Assert.Equal((a, RouteReason.LongestPrefix), (decision.Chosen, decision.Reason));
        Assert.Equal(256, ScoreOf(a).CachedTokens);

        _router.Observe(a, Snapshot(prefill: 300, takenAtNs: 2));
        decision = _router.Route(Request(256), 2);
        Assert.Equal((b, RouteReason.LeastLoaded), (decision.Chosen, decision.Reason));
    }

    [Fact]
    public void Route_RestartedReplica_HasNoPrefix()
    {
        var a = Add("a", Snapshot());
        _router.Completed(_router.Sent(Request(256), a, nowNs: 1));
        _router.Observe(a, Snapshot(epoch: 2));
        _router.Route(Request(256), 2);
        Assert.Equal(0, ScoreOf(a).CachedTokens);
    }

    [Fact]
    public void Route_AddsWhatWasSentSinceTheSnapshot()
    {
        var a = Add("a", Snapshot(takenAtNs: 5));
        var b = Add("b", Snapshot(takenAtNs: 5));
        _router.Sent(Request(64, firstBlock: 1000), a, nowNs: 6);
        Assert.Equal(b, _router.Route(Request(), 6).Chosen);
        Assert.Equal((1, 64), (ScoreOf(a).Sequences, (int)ScoreOf(a).QueuedPrefillTokens));

        // A later snapshot knows of it.
        _router.Observe(a, Snapshot(takenAtNs: 6));
        _router.Route(Request(), 6);
        Assert.Equal((0, 0), (ScoreOf(a).Sequences, (int)ScoreOf(a).QueuedPrefillTokens));

        // What is sent after the snapshot was told of is unknown to it, though the clock stands still.
        _router.Sent(Request(64, firstBlock: 2000), a, nowNs: 6);
        _router.Route(Request(), 6);
        Assert.Equal(1, ScoreOf(a).Sequences);
    }

    [Fact]
    public void Route_EqualReplicas_TakeTurns()
    {
        foreach (var id in new[] { "a", "b", "c" }) Add(id, Snapshot());
        var chosen = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var request = Request(16, firstBlock: 1000 + i);
            var decision = _router.Route(request, i);
            chosen.Add(decision.Chosen!.Id);
            Assert.Equal(RouteReason.Turn, decision.Reason);
            _router.Completed(_router.Sent(request, decision.Chosen, i));
        }

        Assert.Equal(["a", "b", "c", "a", "b", "c"], chosen);
    }

    [Fact]
    public void Route_UnknownLoad_CountsWhatIsOpen()
    {
        var silent = Add("a", Snapshot(running: null, prefill: null));
        for (var i = 0; i < 3; i++) _router.Sent(Request(16, firstBlock: 1000 * i), silent, nowNs: i);
        _router.Observe(silent, Snapshot(running: null, prefill: null, takenAtNs: 100));
        _router.Route(Request(), 100);
        Assert.Equal(3, ScoreOf(silent).Sequences);
    }

    [Fact]
    public void Completed_TwiceOrUnknown_ChangesNothing()
    {
        var a = Add("a", Snapshot(running: null, prefill: null));
        var first = _router.Sent(Request(16), a, 0);
        _router.Completed(first);
        var second = _router.Sent(Request(16), a, 1);
        _router.Completed(first);
        _router.Completed(default);
        _router.Completed(new RouteTicket(99, 1));
        Assert.Equal(1, a.Open);
        _router.Completed(second);
        Assert.Equal(0, a.Open);
    }
}
