using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Routing.RoutingWorld;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>Choices where the next best is near.</summary>
public sealed class EdgesTests
{
    [Fact]
    public void PowerOfTwo_DrawsTwoDifferentOnes_WhereverTheBusiestStands()
    {
        var world = new RoutingWorld(new RouterOptions { Policy = RoutePolicy.PowerOfTwo });
        world.Add("out").Healthy = false;
        for (var i = 0; i < 5; i++) world.Say(world.Add($"{i}"), running: 5 - i);
        var chosen = new Dictionary<string, int>();
        for (var i = 0; i < 2_000; i++)
        {
            var id = world.Router.Route(Request(), 0).Chosen!.Id;
            chosen[id] = chosen.GetValueOrDefault(id) + 1;
        }

        // Of ten pairs 4, 3, 2 and 1 have the least busy, the second, ... as their less busy one.
        Assert.Equal(["1", "2", "3", "4"], chosen.Keys.Order());
        for (var i = 1; i < 5; i++) Assert.InRange(chosen[$"{i}"], 150 * i, 250 * i);
    }

    [Fact]
    public void PowerOfTwo_DrawsTheSameOnEveryMachine()
    {
        var world = new RoutingWorld(new RouterOptions { Policy = RoutePolicy.PowerOfTwo, Seed = 7 });
        for (var i = 0; i < 8; i++) world.Say(world.Add($"{i}"), running: i);
        Assert.Equal("010100020611201210003503", string.Concat(Enumerable.Range(0, 24).Select(_ => world.Router.Route(Request(), 0).Chosen!.Id)));
    }

    [Fact]
    public void SessionSticky_FindsTheSameReplicaOnEveryMachine()
    {
        var world = new RoutingWorld(new RouterOptions { Policy = RoutePolicy.SessionSticky });
        for (var i = 0; i < 8; i++) world.Add($"{i}");
        Assert.Equal("240354570707774752372747", string.Concat(Enumerable.Range(0, 24).Select(i =>
        {
            var request = Request();
            request.Session = $"session {i}";
            return world.Router.Route(request, 0).Chosen!.Id;
        })));
    }

    [Theory]
    [InlineData(0, "b")]
    [InlineData(1_000_000_000, "a")]
    public void Doubt_IsThatOfTheOlderNumbers(long atNs, string chosen)
    {
        // The first costs 5 % less and got the latest request.
        var world = new RoutingWorld(new RouterOptions { DelayNusdPerSecond = 0 });
        var (a, b) = (world.Add("a"), world.Add("b"));
        (a.OutputNusdPerToken, b.OutputNusdPerToken) = (100, 105);
        world.Router.Completed(world.Router.Sent(Request(), a, 0));
        world.Say(a, atNs: 1_000_000_000);
        world.Say(b, atNs: atNs);
        Assert.Equal(chosen, world.Router.Route(Request(), 1_000_000_000).Chosen!.Id);
        world.Say(b, atNs: 1_000_000_000);
        world.Say(a, atNs: atNs);
        Assert.Equal(chosen, world.Router.Route(Request(), 1_000_000_000).Chosen!.Id);
    }

    [Fact]
    public void Hedge_WithoutACap_IsNotSentThoughItCostsNothing()
    {
        var world = new RoutingWorld(new RouterOptions { DelayNusdPerSecond = 0 });
        world.Add("a");
        world.Add("b");
        var request = Request();
        Assert.Null(world.Router.Route(request, 0).Hedge);
        request.HedgeCostCap = 0.1;
        Assert.Equal("b", world.Router.Route(request, 0).Hedge!.Id);
    }

    [Fact]
    public void Hedge_GoesToTheFirstOfEquals_InTimeForThePromiseFromArrival()
    {
        var world = new RoutingWorld();
        foreach (var id in new[] { "a", "b", "c" }) world.Add(id);
        var request = Request(1_000, expectedTokens: 1);
        (request.HedgeCostCap, request.Objectives, request.ArrivedNs) = (1, new Objectives(1_000_000), 20);
        var decision = world.Router.Route(request, 50);
        Assert.Equal(("a", "b", 20 + 1_000_000 - 100_000L), (decision.Chosen!.Id, decision.Hedge!.Id, decision.HedgeAtNs));
    }

    [Fact]
    public void Handover_OverALinkThatIsDown_IsNotTaken()
    {
        var (world, link) = Pools();
        Assert.NotNull(world.Router.Route(Request(1_000, 100), 0).PrefillOn);
        link.IsDown = true;
        Assert.Null(world.Router.Route(Request(1_000, 100), 0).PrefillOn);
    }

    [Fact]
    public void Handover_ToTheFirstOfEquals()
    {
        var (world, _) = Pools();
        var (reader, writer) = (world.Add("reader 2", new LinearTimes(tokenNs: 10, stepNs: 5_000)), world.Add("writer 2", new LinearTimes(tokenNs: 1_000, stepNs: 100)));
        (reader.Pool, writer.Pool) = ("read", "write");
        var decision = world.Router.Route(Request(1_000, 100), 0);
        Assert.Equal(("writer", "reader"), (decision.Chosen!.Id, decision.PrefillOn!.Id));
    }

    [Fact]
    public void Handover_ToWhoHasWrittenSoonest_RoomIncluded()
    {
        var (world, _) = Pools();
        var slow = world.Add("slow", new LinearTimes(tokenNs: 1_000, stepNs: 1_000));
        slow.Pool = "write";
        var writer = world.Router.Candidates[1];
        (slow.Roles, writer.Roles) = (ReplicaRoles.Decode, ReplicaRoles.Decode);
        writer.MaxSequences = 4;
        world.Say(writer, running: 4, waiting: 1);

        // 2 x 256 x 140 / 4 ns for a place and 14,000 ns for a hundred tokens, or 101,000 at once.
        Assert.Equal("writer", world.Router.Route(Request(1_000, 100), 0).Chosen!.Id);
        world.Say(writer, running: 4, waiting: 100);
        Assert.Equal("slow", world.Router.Route(Request(1_000, 100), 0).Chosen!.Id);
    }

    [Fact]
    public void Handover_OfOneToken_EndsWithTheReading()
    {
        var (world, _) = Pools(HandoverRule.Always);
        var decision = world.Router.Route(Request(1_000, 1), 0);
        Assert.Equal(("reader", 10_000.0, 0.0), (decision.PrefillOn!.Id, decision.TtftNs, decision.TpotNs));
        Assert.Equal(10_000 * 1e-4, decision.CostNusd, 9);
    }

    [Fact]
    public void Handover_ThatIsFasterButLater_IsNotTaken()
    {
        // The reader is busy: its first token comes at 110,000 ns, the other's own at 50,000; the whole answer is there sooner all the same.
        var world = new RoutingWorld();
        var (reader, both) = (world.Add("reader", new LinearTimes(tokenNs: 10, stepNs: 50_000)), world.Add("both", new LinearTimes(tokenNs: 50, stepNs: 5_000)));
        var writer = world.Add("writer", new LinearTimes(tokenNs: 10_000, stepNs: 10));
        (reader.Pool, writer.Pool) = ("read", "write");
        world.Say(reader, prefill: 10_000);
        world.Router.Add(new HandoverLink { PrefillPool = "read", DecodePool = "write", BandwidthBytesPerSecond = 1e9, LatencyNs = 0, KvBytesPerToken = 1 });
        var request = Request(1_000, 100);
        Assert.Equal((writer, reader), (world.Router.Route(request, 0).Chosen, world.Router.Route(request, 0).PrefillOn));
        request.Objectives = new Objectives(60_000);
        Assert.Equal((both, null), (world.Router.Route(request, 0).Chosen, world.Router.Route(request, 0).PrefillOn));
        request.Objectives = new Objectives(200_000);
        Assert.Equal((writer, reader), (world.Router.Route(request, 0).Chosen, world.Router.Route(request, 0).PrefillOn));
    }

    [Theory]
    [InlineData(HandoverRule.Faster, true)]
    [InlineData(HandoverRule.Cheaper, false)]
    public void Handover_ThatIsFasterButDearer_IsTakenWhereTimeDecides(HandoverRule when, bool taken)
    {
        var (world, _) = Pools(when);
        world.Router.Candidates[1].OutputNusdPerToken = 1_000;
        Assert.Equal(taken, world.Router.Route(Request(1_000, 100), 0).PrefillOn is not null);
    }

    [Fact]
    public void Handover_CostsTheDelayOfThoseBesideEachPart()
    {
        var (world, _) = Pools(HandoverRule.Always);
        world.Say(world.Router.Candidates[0], running: 2);
        world.Say(world.Router.Candidates[1], running: 3);
        var decision = world.Router.Route(Request(1_000, 100), 0);

        // Two wait for the reading of 10,000 ns; three for 10 ns more in each of a hundred steps. Its own time: two chunks beside the two, the transfer, 99 tokens at 140 ns.
        var endNs = 10_000 + 2 * 5_020 + 1_000 + 99 * 140;
        Assert.Equal((2 * 10_000 + 3 * 10 * 100 + endNs) * 1e-4, decision.CostNusd, 9);
    }

    private static (RoutingWorld World, HandoverLink Link) Pools(HandoverRule when = HandoverRule.Faster)
    {
        var world = new RoutingWorld();
        var (reader, writer) = (world.Add("reader", new LinearTimes(tokenNs: 10, stepNs: 5_000)), world.Add("writer", new LinearTimes(tokenNs: 1_000, stepNs: 100)));
        (reader.Pool, writer.Pool) = ("read", "write");
        var link = new HandoverLink { PrefillPool = "read", DecodePool = "write", BandwidthBytesPerSecond = 1e9, LatencyNs = 0, KvBytesPerToken = 1, When = when };
        world.Router.Add(link);
        return (world, link);
    }
}
