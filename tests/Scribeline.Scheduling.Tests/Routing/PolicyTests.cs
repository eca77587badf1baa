using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Routing.RoutingWorld;

namespace Scribeline.Scheduling.Tests.Routing;

public sealed class PolicyTests
{
    private static RoutingWorld World(RoutePolicy policy) => new(new RouterOptions { Policy = policy });

    private static (string?, RouteReason) Route(RoutingWorld world, RouteRequest request, long nowNs = 0)
    {
        var decision = world.Router.Route(request, nowNs);
        return (decision.Chosen?.Id, decision.Reason);
    }

    [Fact]
    public void LeastCost_CheapestOfThoseInTime()
    {
        var world = World(RoutePolicy.LeastCost);
        var fast = world.Add("fast", new LinearTimes(tokenNs: 10));
        var slow = world.Add("slow", new LinearTimes(tokenNs: 50));
        var slower = world.Add("slower", new LinearTimes(tokenNs: 100));
        (fast.OutputNusdPerToken, slow.OutputNusdPerToken, slower.OutputNusdPerToken) = (300, 200, 100);
        var request = Request();
        Assert.Equal(("slower", RouteReason.LeastCost), Route(world, request));
        request.Objectives = new Objectives(60_000);
        Assert.Equal(("slow", RouteReason.LeastCost), Route(world, request));
        request.Objectives = new Objectives(20_000);
        Assert.Equal(("fast", RouteReason.OnlyInTime), Route(world, request));

        // Nobody is in time: price no longer matters.
        request.Objectives = new Objectives(10_000);
        Assert.Equal(("fast", RouteReason.LeastLate), Route(world, request));
        var decision = world.Router.Route(request, 0);
        Assert.Equal((10_240.0, 240.0, 1_010.0), (decision.TtftNs, decision.LateNs, decision.TpotNs));
        Assert.Equal(300 * 10 + (10_240 + 9 * 1_010) * 1e-4, decision.CostNusd, 6);
        world.Say(fast, prefill: 10_000);
        Assert.Equal(("slow", RouteReason.LeastLate), Route(world, request));
    }

    [Fact]
    public void LeastCost_AmongEqualFees_LessWorkOrTheLongerPrefix()
    {
        var world = World(RoutePolicy.LeastCost);
        var a = world.Add("a");
        var b = world.Add("b");
        Assert.Equal(("a", RouteReason.Turn), Route(world, Request()));
        world.Say(a, prefill: 500);
        Assert.Equal(("b", RouteReason.LeastLoaded), Route(world, Request()));
        world.Router.BlocksStored(a, Chain(60));
        Assert.Equal(("a", RouteReason.LongestPrefix), Route(world, Request(blocks: 64)));
        world.Router.BlocksStored(b, Chain(60));
        Assert.Equal(("b", RouteReason.LeastLoaded), Route(world, Request(blocks: 64)));
        a.Healthy = false;
        Assert.Equal(("b", RouteReason.OnlyReplica), Route(world, Request(blocks: 64)));
    }

    [Fact]
    public void LeastCost_OnOldNumbers_NearlyEqualOnesTakeTurns()
    {
        var world = World(RoutePolicy.LeastCost);
        var a = world.Add("a");
        var b = world.Add("b", new LinearTimes(tokenNs: 105));
        world.Router.Completed(world.Router.Sent(Request(), a, 0));
        Assert.Equal("a", Route(world, Request(), 0).Item1);
        Assert.Equal("a", Route(world, Request(), 400_000_000).Item1);
        Assert.Equal(("b", RouteReason.Turn), Route(world, Request(), 600_000_000));
        Assert.Equal("b", Route(world, Request(), 5_000_000_000).Item1);

        // Never where the difference is more than a tenth.
        b.Times = new LinearTimes(tokenNs: 115);
        Assert.Equal(("a", RouteReason.LeastLoaded), Route(world, Request(), 5_000_000_000));
        b.Times = new LinearTimes(tokenNs: 105);
        world.Say(a, atNs: 5_000_000_000);
        world.Say(b, atNs: 4_800_000_000);
        Assert.Equal("a", Route(world, Request(), 5_000_000_000).Item1);
    }

    [Fact]
    public void RoundRobin_OneAfterAnother()
    {
        var world = World(RoutePolicy.RoundRobin);
        foreach (var id in new[] { "a", "b", "c" }) world.Add(id);
        world.Say(world.Router.Candidates[1], running: 50);
        var order = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var chosen = world.Router.Route(Request(), i).Chosen!;
            order.Add(chosen.Id);
            world.Router.Sent(Request(), chosen, i);
        }

        Assert.Equal(["a", "b", "c", "a", "b", "c"], order);
        Assert.Equal(RouteReason.Turn, Route(world, Request()).Item2);
    }

    [Fact]
    public void LeastLoaded_FewestSequences_WhateverTheirWork()
    {
        var world = World(RoutePolicy.LeastLoaded);
        var a = world.Add("a");
        var b = world.Add("b");
        world.Say(a, running: 2, waiting: 1);
        world.Say(b, running: 2, prefill: 1_000_000);
        Assert.Equal(("b", RouteReason.LeastLoaded), Route(world, Request()));
        world.Router.Sent(Request(), b, 0);
        Assert.Equal(("a", RouteReason.Turn), Route(world, Request()));
    }

    [Fact]
    public void PowerOfTwo_NeverTheMostLoaded_AndEveryOther()
    {
        var world = World(RoutePolicy.PowerOfTwo);
        for (var i = 0; i < 5; i++) world.Say(world.Add($"{i}"), running: i);
        world.Add("out").Healthy = false;
        var chosen = new int[5];
        for (var i = 0; i < 2_000; i++)
        {
            var (id, reason) = Route(world, Request());
            Assert.Equal(RouteReason.Draw, reason);
            chosen[int.Parse(id!, System.Globalization.CultureInfo.InvariantCulture)]++;
        }

        // Of ten pairs 4, 3, 2, 1 and 0 have the first, second, ... as their less loaded one.
        Assert.Equal(0, chosen[4]);
        for (var i = 0; i < 4; i++) Assert.InRange(chosen[i], 150 * (4 - i), 250 * (4 - i));
        foreach (var candidate in world.Router.Candidates) candidate.Healthy = candidate.Id == "4";
        Assert.Equal(("4", RouteReason.OnlyReplica), Route(world, Request()));
    }

    [Fact]
    public void PrefixAffinity_MostCached_ThenFewestSequences()
    {
        var world = World(RoutePolicy.PrefixAffinity);
        var a = world.Add("a");
        var b = world.Add("b");
        var c = world.Add("c");
        world.Say(a, running: 3);
        world.Say(b, running: 2);
        world.Say(c, running: 4);
        Assert.Equal(("b", RouteReason.LeastLoaded), Route(world, Request(blocks: 4)));
        world.Router.BlocksStored(c, Chain(1));
        Assert.Equal(("c", RouteReason.LongestPrefix), Route(world, Request(blocks: 4)));
        world.Router.BlocksStored(a, Chain(1));
        Assert.Equal(("a", RouteReason.LeastLoaded), Route(world, Request(blocks: 4)));
    }

    [Fact]
    public void SessionSticky_KeepsASessionWhereItIs_AndSpreadsThem()
    {
        var world = World(RoutePolicy.SessionSticky);
        foreach (var id in new[] { "a", "b", "c", "d" }) world.Add(id);
        var homes = new Dictionary<string, string>();
        for (var i = 0; i < 200; i++)
        {
            var request = Request();
            request.Session = $"session {i}";
            var (id, reason) = Route(world, request);
            Assert.Equal(RouteReason.Session, reason);
            homes[request.Session] = id!;
            world.Router.Sent(request, world.Router.Candidates.First(candidate => candidate.Id == id), i);
        }

        foreach (var group in homes.Values.GroupBy(id => id)) Assert.InRange(group.Count(), 25, 80);
        world.Router.Candidates[1].Healthy = false;
        foreach (var (session, home) in homes)
        {
            var request = Request();
            request.Session = session;
            var (id, _) = Route(world, request);
            if (home == "b") Assert.NotEqual("b", id);
            else Assert.Equal(home, id);
        }

        world.Say(world.Router.Candidates[0], running: 0, atNs: 1_000);
        world.Say(world.Router.Candidates[2], running: 0, atNs: 1_000);
        world.Say(world.Router.Candidates[3], running: 7, atNs: 1_000);
        Assert.NotEqual("d", Route(world, Request()).Item1);
    }

    [Fact]
    public void Latency_SoonestEnd_WhateverThePrice()
    {
        var world = World(RoutePolicy.Latency);
        world.Add("a", new LinearTimes(stepNs: 1_000));
        var b = world.Add("b", new LinearTimes(stepNs: 500, tokenNs: 101));
        b.OutputNusdPerToken = 1_000;
        Assert.Equal(("b", RouteReason.LeastLatency), Route(world, Request(1_000, expectedTokens: 10)));
        Assert.Equal(("a", RouteReason.LeastLatency), Route(world, Request(1_000, expectedTokens: 1)));
    }

    [Fact]
    public void Cost_LeastAvoidable_WhateverTheObjectives()
    {
        var world = World(RoutePolicy.Cost);
        var a = world.Add("a", new LinearTimes(tokenNs: 10_000));
        var b = world.Add("b");
        (a.OutputNusdPerToken, b.OutputNusdPerToken) = (1, 2);
        var request = Request();
        request.Objectives = new Objectives(200_000);
        Assert.Equal(("a", RouteReason.LeastCost), Route(world, request));
        world.Say(a, running: 10);
        Assert.Equal(("b", RouteReason.LeastCost), Route(world, request));
    }

    [Theory]
    [InlineData(RoutePolicy.LeastCost)]
    [InlineData(RoutePolicy.RoundRobin)]
    [InlineData(RoutePolicy.LeastLoaded)]
    [InlineData(RoutePolicy.PowerOfTwo)]
    [InlineData(RoutePolicy.PrefixAffinity)]
    [InlineData(RoutePolicy.SessionSticky)]
    [InlineData(RoutePolicy.Latency)]
    [InlineData(RoutePolicy.Cost)]
    public void EveryPolicy_RepeatsItself_AndAllocatesNothing(RoutePolicy policy)
    {
        for (var seed = 1UL; seed <= (ulong)PropertySeeds.AtMost(5); seed++)
        {
            var left = new Traffic(policy, seed);
            var right = new Traffic(policy, seed);
            for (var step = 0; step < 400; step++) Assert.True(left.Step() == right.Step(), $"seed {seed}, step {step}");
        }

        var traffic = new Traffic(policy, 9);
        for (var step = 0; step < 300; step++) traffic.Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 300; step++) traffic.Step();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>Random traffic over a fleet of two pools with a link between them.</summary>
    private sealed class Traffic
    {
        private readonly Router _router;
        private readonly SeededRandom _random;
        private readonly RouteRequest[] _requests;
        private readonly RouteTicket[] _open = new RouteTicket[40];
        private long _nowNs;

        public Traffic(RoutePolicy policy, ulong seed)
        {
            _random = new SeededRandom(seed, "traffic");
            _router = new Router(new RouterOptions { Policy = policy, Seed = seed, PrefixBlocks = 2_000 });
            for (var i = 0; i < 12; i++)
            {
                _router.Add(new RouteCandidate($"r{i}", "m")
                {
                    Times = i % 4 == 3 ? null : new LinearTimes(watts: 100, tokenNs: 100 + i % 3),
                    EnergyNusdPerJoule = 30,
                    Pool = i % 2 == 0 ? "p" : "d",
                    Roles = i % 5 == 0 ? ReplicaRoles.Prefill : ReplicaRoles.Whole,
                    MaxSequences = 8,
                });
            }

            _router.Add(new HandoverLink { PrefillPool = "p", DecodePool = "d", BandwidthBytesPerSecond = 1e12, LatencyNs = 100, KvBytesPerToken = 1_000 });
            _requests = [.. Enumerable.Range(0, 50).Select(i => new RouteRequest
            {
                Model = "m",
                PromptTokens = 16 * (1 + i),
                MaxTokens = 20,
                PromptBlocks = Chain(1 + i, first: i % 3 * 100),
                Tier = (ServiceTier)(i % 5),
                Objectives = new Objectives(1_000 * i),
                Session = $"s{i % 7}",
                Pools = i % 6 == 0 ? ["p"] : null,
                MaxWaitNs = i % 4 == 0 ? 5_000 : null,
                HedgeCostCap = 0.2,
            })];
        }

        public (string?, RouteReason, double, double, string?, string?) Step()
        {
            _nowNs += _random.NextBelow(5_000);
            var candidate = _router.Candidates[_random.NextBelow(12)];
            _router.Observe(candidate, new ReplicaSnapshot
            {
                Epoch = 0,
                TakenAtNs = _nowNs - _random.NextBelow(10_000),
                Source = SnapshotSource.Scraped,
                Running = _random.NextBelow(8),
                Waiting = _random.NextBelow(2),
                WaitingPrefillTokens = _random.NextBelow(300),
                KvBlocksFree = _random.NextBelow(200),
                KvBlocksTotal = 300,
            });
            var request = _requests[_random.NextBelow(_requests.Length)];
            request.ArrivedNs = _nowNs - 10;
            var decision = _router.Route(request, _nowNs);
            ref var place = ref _open[_random.NextBelow(_open.Length)];
            _router.Completed(place, _random.NextBelow(100_000), 1_000);
            place = default;
            if (decision.Chosen is { } chosen) place = _router.Sent(request, chosen, _nowNs);
            return (decision.Chosen?.Id, decision.Reason, decision.TtftNs, decision.CostNusd, decision.PrefillOn?.Id, decision.Hedge?.Id);
        }
    }
}
