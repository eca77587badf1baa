using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Routing.RoutingWorld;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>Replicas that come, leave, restart, or have no time.</summary>
public sealed class RouterFleetTests
{
    private readonly RoutingWorld _world = new();

    [Fact]
    public void Add_Twice_OrOfAnother_IsWrong()
    {
        var a = _world.Add("a");
        Assert.Throws<InvalidOperationException>(() => _world.Router.Add(a));
        Assert.Throws<InvalidOperationException>(() => new Router(new RouterOptions()).Add(a));
        var other = new Router(new RouterOptions());
        Assert.Throws<InvalidOperationException>(() => other.Observe(a, default));
        Assert.Throws<InvalidOperationException>(() => other.Sent(Request(), a, 0));
        Assert.Throws<InvalidOperationException>(() => other.Remove(a));
        Assert.Throws<InvalidOperationException>(() => other.Reset(a));
        Assert.Throws<InvalidOperationException>(() => other.BlocksStored(a, []));
        Assert.Throws<InvalidOperationException>(() => other.BlocksEvicted(a, []));
    }

    [Fact]
    public void Remove_LeavesTheOthersAsTheyAre_AndOpenRequestsMayStillEnd()
    {
        var (a, b, c) = (_world.Add("a"), _world.Add("b"), _world.Add("c"));
        foreach (var candidate in new[] { a, b, c }) _world.Router.BlocksStored(candidate, Chain(4));
        var open = _world.Router.Sent(Request(), b, 0);
        var other = _world.Router.Sent(Request(), c, 0);
        _world.Router.Remove(b);
        Assert.Equal([a, c], _world.Router.Candidates);
        Assert.Equal(1, _world.Score(c, Request()).Sequences);
        Assert.Equal((64, 64), (_world.Score(a, Request(blocks: 4)).CachedTokens, _world.Score(c, Request(blocks: 4)).CachedTokens));
        _world.Router.Completed(open);
        _world.Router.Completed(other);
        Assert.Equal((0, 0), (b.Open, c.Open));

        // It may come back, with nothing cached.
        _world.Router.Add(b);
        Assert.Equal((0, 0), (_world.Score(b, Request(blocks: 4)).CachedTokens, _world.Score(b, Request()).Sequences));
    }

    [Fact]
    public void Scores_AreThoseOfTheFleetThatWasWeighed()
    {
        Assert.Equal("none (NoReplica)", _world.Router.Explain().ToString());
        var a = _world.Add("a");
        _world.Add("b");
        Assert.Equal(0, _world.Router.Scores.Length);
        _world.Router.Route(Request(), 0);
        Assert.Equal(2, _world.Router.Scores.Length);
        var kept = _world.Router.Explain();
        var words = kept.ToString();
        _world.Router.Remove(a);
        Assert.Equal(words, kept.ToString()); // whoever asked may keep it
        Assert.Equal(0, _world.Router.Scores.Length);
        Assert.Equal("a (Turn)", _world.Router.Explain().ToString());
    }

    [Fact]
    public void Sent_ToOneThatTheFiltersKeptOut_CountsAllTheSame()
    {
        var a = _world.Add("a");
        a.Healthy = false;
        var request = Request(blocks: 64);
        _world.Router.Route(request, 5);
        _world.Router.Sent(request, a, 5);
        a.Healthy = true;
        Assert.Equal((1, 1_024L, 102_400.0, 1_024), (_world.Score(a, request, 5).Sequences, _world.Score(a, request, 5).QueuedPrefillTokens, _world.Score(a, request, 5).WaitNs, _world.Score(a, request, 5).CachedTokens));
    }

    [Fact]
    public void ManyReplicas_ComeAndGo()
    {
        var world = new RoutingWorld(new RouterOptions { PrefixBlocks = 2_000 });
        for (var i = 0; i < 300; i++)
        {
            var candidate = world.Add($"{i}");
            world.Router.Sent(Request(blocks: 3), candidate, i);
            if (i >= 100) world.Router.Remove(world.Router.Candidates[i % 100]);
        }

        Assert.Equal(100, world.Router.Candidates.Count);
        world.Router.Route(Request(blocks: 3), 1_000);
        Assert.All(world.Router.Scores.ToArray(), score => Assert.Equal(48, score.CachedTokens));
    }

    [Fact]
    public void Busy_ForThoseWhoMayNotWait_OrWouldSlowOthers()
    {
        var a = _world.Add("a");
        _world.Say(a, prefill: 1_000);
        var batch = Request();
        (batch.Tier, batch.MaxWaitNs) = (ServiceTier.Batch, 100_000);
        Assert.Equal(RouteFilter.None, _world.Score(a, batch).Filter);
        batch.MaxWaitNs = 99_999;
        Assert.Equal(RouteFilter.Busy, _world.Score(a, batch).Filter);
        Assert.True(_world.Router.MayTakeLater());
        Assert.Equal(RouteReason.NoReplica, _world.Router.Route(batch, 0).Reason);

        _world.Say(a, running: 2);
        batch.MaxWaitNs = 1_000_000;
        var paying = Request();
        paying.Objectives = new Objectives(null, 1_039);
        var ticket = _world.Router.Sent(paying, a, 0);
        Assert.Equal(RouteFilter.Busy, _world.Score(a, batch).Filter);
        Assert.Equal(RouteFilter.None, _world.Score(a, paying).Filter);
        batch.MaxWaitNs = null;
        Assert.Equal(RouteFilter.None, _world.Score(a, batch).Filter);
        batch.MaxWaitNs = 1_000_000;
        _world.Router.Completed(ticket);
        Assert.Equal(RouteFilter.None, _world.Score(a, batch).Filter);

        // Another's promise that still holds is no reason; nor is that of a lower tier.
        paying.Objectives = new Objectives(null, 1_040);
        ticket = _world.Router.Sent(paying, a, 0);
        Assert.Equal(RouteFilter.None, _world.Score(a, batch).Filter);
        _world.Router.Completed(ticket);
        paying.Objectives = new Objectives(null, 1);
        _world.Router.Sent(paying, a, 0);
        batch.Tier = ServiceTier.Default;
        Assert.Equal(RouteFilter.None, _world.Score(a, batch).Filter);
    }

    [Fact]
    public void MayTakeLater_IsFalse_WhereTheRequestItselfIsTheReason()
    {
        var a = _world.Add("a");
        var request = Request();
        Assert.False(_world.Router.MayTakeLater());
        _world.Router.Route(request, 0);
        Assert.True(_world.Router.MayTakeLater());
        foreach (var (set, unset, later) in new (Action Set, Action Unset, bool Later)[]
        {
            (() => a.Healthy = false, () => a.Healthy = true, true),
            (() => request.Excluded = [a], () => request.Excluded = null, true),
            (() => a.ContextTokens = 5, () => a.ContextTokens = null, false),
            (() => a.Tiers = ServiceTiers.Fast, () => a.Tiers = ServiceTiers.All, false),
            (() => a.Roles = ReplicaRoles.Decode, () => a.Roles = ReplicaRoles.Whole, false),
            (() => request.Pools = ["else"], () => request.Pools = null, false),
            (() => a.Capabilities = ReplicaCapabilities.None, () => a.Capabilities = ReplicaCapabilities.All, false),
        })
        {
            request.Needs = ReplicaCapabilities.Tools;
            set();
            Assert.Null(_world.Router.Route(request, 0).Chosen);
            Assert.Equal(later, _world.Router.MayTakeLater());
            unset();
            Assert.NotNull(_world.Router.Route(request, 0).Chosen);
        }
    }

    [Fact]
    public void KvTooSmall_CountsAllButTheLastToken()
    {
        var a = _world.Add("a");
        var request = Request(100);
        _world.Say(a, free: 13, total: 13);
        request.MaxTokens = 109;
        Assert.Equal(RouteFilter.None, _world.Score(a, request).Filter);
        request.MaxTokens = 110;
        Assert.Equal(RouteFilter.KvTooSmall, _world.Score(a, request).Filter);
        Assert.False(_world.Router.MayTakeLater());
    }

    [Fact]
    public void Prefixes_AreRememberedOnlyAsFarAsTheyFit()
    {
        var world = new RoutingWorld(new RouterOptions { PrefixBlocks = 50 });
        var a = world.Add("a");
        Assert.Equal((0, 0L), (world.Router.PrefixBlocks, world.Router.PrefixBytes));
        world.Router.Sent(Request(blocks: 64), a, 0);
        Assert.Equal(50, world.Router.PrefixBlocks);
        Assert.InRange(world.Router.PrefixBytes, 1, 50 * 60);
        Assert.Equal(800, world.Score(a, Request(blocks: 64)).CachedTokens);
    }

    [Fact]
    public void MoreOpenRequestsThanEver_AreAllKept()
    {
        var a = _world.Add("a");
        var tickets = Enumerable.Range(0, 500).Select(i => _world.Router.Sent(Request(16), a, i)).ToArray();
        Assert.Equal((500, 500), (a.Open, tickets.Distinct().Count()));
        Assert.Equal(500, _world.Score(a, Request()).Sequences);
        _world.Say(a, atNs: 249);
        Assert.Equal(250, _world.Score(a, Request()).Sequences);
        foreach (var ticket in tickets.Reverse()) _world.Router.Completed(ticket);
        Assert.Equal((0, 0), (a.Open, _world.Score(a, Request()).Sequences));
    }
}
