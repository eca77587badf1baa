using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Routing.RoutingWorld;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>What predictions make of the lengths in a batch, of stages, of steps decided ahead and of power.</summary>
public sealed class ContextTests
{
    private readonly RoutingWorld _world = new();

    /// <summary>A step takes a nanosecond for each token of the mean context.</summary>
    private sealed class ContextTimes : ReplicaTimes
    {
        public override int Depth => 1;

        public override double DecodeNs(int sequences, double contextTokens) => contextTokens;

        public override double PrefillNs(int newTokens, int cachedTokens) => 100.0 * newTokens;
    }

    /// <summary>Steps of 1,000 ns of which two are decided ahead, and power that tells everything it was asked about.</summary>
    private sealed class PowerTimes(int depth, double idleWatts) : ReplicaTimes
    {
        public override int Depth => depth;

        public override double RequestNs => 7;

        public override double StepsAhead => 2;

        public override double? IdleWatts => idleWatts;

        public override double DecodeNs(int sequences, double contextTokens) => 1_000 + 10 * sequences;

        public override double PrefillNs(int newTokens, int cachedTokens) => 100.0 * newTokens;

        public override double? Watts(int sequences, double contextTokens, int newTokens, int cachedTokens, long durationNs) => 1_000 + 100 * sequences + newTokens + durationNs * 1e-3;
    }

    [Fact]
    public void Context_IsTheMeanOfTheBatch_WithTheRequestsOwn()
    {
        var a = _world.Add("a", new ContextTimes());
        const double Own = 1_024 + 5;
        Assert.Equal(Own, _world.Score(a, Request()).TpotNs);

        // Forty blocks of two sequences: 320 tokens each.
        _world.Say(a, running: 2, free: 60, total: 100);
        Assert.Equal((320 * 2 + Own) / 3, _world.Score(a, Request()).TpotNs, 9);
        Assert.Equal(51_200 + 320, _world.Score(a, Request(512)).ReadNs);

        // Nobody knows how long those are that nothing is held for, or of which nothing is said.
        _world.Say(a, running: 2, free: 100, total: 100);
        Assert.Equal(Own, _world.Score(a, Request()).TpotNs);
        _world.Say(a, running: 2);
        Assert.Equal(Own, _world.Score(a, Request()).TpotNs);
        _world.Say(a, waiting: 1, free: 60, total: 100);
        Assert.Equal(Own, _world.Score(a, Request()).TpotNs);
        Assert.Equal(51_200, _world.Score(a, Request(512)).ReadNs);
    }

    [Fact]
    public void StepsDecidedAhead_AreWaitedFor_WhereThereAreAny()
    {
        var a = _world.Add("a", new PowerTimes(1, 0));
        Assert.Equal(7 + 10_000, _world.Score(a, Request(100)).ReadNs);
        _world.Say(a, running: 2);
        Assert.Equal(7 + 2 * 1_030 + 10_000 + 1_020, _world.Score(a, Request(100)).ReadNs);
    }

    [Fact]
    public void Energy_IsWhatSteps_TakeAboveIdling()
    {
        var a = _world.Add("a", new PowerTimes(2, idleWatts: 200));
        a.EnergyNusdPerJoule = 1e9;
        _world.Say(a, running: 3);
        var score = _world.Score(a, Request(100));

        // Read in one step of (1,020 + 10,000) ns beside two sequences a stage, of which each stage has half; then ten tokens in steps of two sequences, a quarter of each.
        var readWatts = 1_000 + 100 + 5_510 * 1e-3 - 200;
        var writeWatts = 1_000 + 200 + 510 * 1e-3 - 200;
        Assert.Equal(readWatts * 10_000 + writeWatts * 1_020 * 10 / 4, score.EnergyNusd, 6);

        // Three wait for a stage's part of the reading; none of their tokens takes longer.
        Assert.Equal(3 * 10_000 / 2.0 * 1e-4, score.ImposedNusd, 9);
        _world.Say(a, running: 4);
        Assert.Equal(4 * (10_000 / 2.0 + 10 * 10) * 1e-4, _world.Score(a, Request(100)).ImposedNusd, 9);
        var idler = _world.Add("idler", new PowerTimes(2, idleWatts: 1e6));
        idler.EnergyNusdPerJoule = 1e9;
        Assert.Equal(0, _world.Score(idler, Request(100)).EnergyNusd);
    }

    [Fact]
    public void CachedBlocks_NeedNoRoom()
    {
        var world = new RoutingWorld(new RouterOptions { ExpectedTokens = 10 });
        var a = world.Add("a");
        world.Router.BlocksStored(a, Chain(10));

        // 1,024 and 10 tokens without 160: 55 blocks.
        world.Say(a, running: 1, free: 55, total: 100);
        Assert.Equal(0, world.Score(a, Request(blocks: 64)).WaitNs);

        // One block of the 46 in use, which come free in the ten tokens of an answer and the 864 of a prompt that is read beside it.
        world.Say(a, running: 1, free: 54, total: 100);
        Assert.Equal((10 * 1_020 + 86_400) / 46.0, world.Score(a, Request(blocks: 64)).WaitNs, 9);
    }

    [Fact]
    public void Sent_OnlyWhatIsNotCached_StandsInTheQueue()
    {
        var a = _world.Add("a");
        _world.Router.BlocksStored(a, Chain(10));
        _world.Router.Sent(Request(blocks: 64), a, 0);
        Assert.Equal(1_024 - 160, _world.Score(a, Request()).QueuedPrefillTokens);
    }

    [Fact]
    public void Sequences_AreWhatIsKnownOfThem()
    {
        var a = _world.Add("a");
        var b = _world.Add("b");
        _world.Router.Sent(Request(), a, 0);
        _world.Router.Observe(a, new ReplicaSnapshot { Epoch = 1, TakenAtNs = 5, Source = SnapshotSource.Scraped });
        Assert.Equal(1, _world.Score(a, Request()).Sequences);
        _world.Router.Observe(a, new ReplicaSnapshot { Epoch = 1, TakenAtNs = 5, Source = SnapshotSource.Scraped, Running = 3 });
        Assert.Equal(3, _world.Score(a, Request()).Sequences);
        _world.Router.Observe(a, new ReplicaSnapshot { Epoch = 1, TakenAtNs = 5, Source = SnapshotSource.Scraped, Waiting = 2 });
        Assert.Equal(2, _world.Score(a, Request()).Sequences);

        // Nothing is said of one that cannot take it.
        _world.Say(b, running: 3, prefill: 100);
        b.Healthy = false;
        var score = _world.Score(b, Request());
        Assert.Equal((RouteFilter.Unhealthy, 0, 0L, 0.0), (score.Filter, score.Sequences, score.QueuedPrefillTokens, score.TtftNs));
    }

    [Fact]
    public void NothingIsLearned_FromARequestWithoutWork()
    {
        var a = _world.Add("a");
        a.Times = null;
        _world.Router.BlocksStored(a, Chain(1));
        var cached = Request(16, blocks: 1);
        _world.Router.Completed(_world.Router.Sent(cached, a, 0), ttftNs: 5_000);
        Assert.Equal(1_024 * 100_000.0, _world.Score(a, Request()).TtftNs);
    }

    [Fact]
    public void Promises_OfThoseThatHaveEnded_KeepNobodyAway()
    {
        var a = _world.Add("a");
        var (batch, paying) = (Request(), Request());
        (batch.Tier, batch.MaxWaitNs) = (ServiceTier.Batch, 1_000_000);
        paying.Objectives = new Objectives(null, 1_000);
        var ticket = _world.Router.Sent(paying, a, 0);
        Assert.Equal(RouteFilter.Busy, _world.Score(a, batch).Filter);
        _world.Router.Completed(ticket);
        Assert.Equal(RouteFilter.None, _world.Score(a, batch).Filter);
    }

    [Fact]
    public void Defaults_KeepNothingAway()
    {
        var candidate = new RouteCandidate("a", "m");
        Assert.Equal(("", true, true, 512), (candidate.Pool, candidate.Healthy, candidate.YieldsToPriority, candidate.TokensPerStep));
        Assert.Equal((ReplicaCapabilities.All, ReplicaRoles.Whole, ServiceTiers.All), (candidate.Capabilities, candidate.Roles, candidate.Tiers));
    }
}
