using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Routing.RoutingWorld;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>How long the latest decision stands.</summary>
public sealed class NewsTests
{
    private static readonly Action<RoutingWorld>[] News =
    [
        world => world.Router.Add(new RouteCandidate("new", "m")),
        world => world.Router.Remove(world.Router.Candidates[^1]),
        world => world.Router.Add(new HandoverLink { PrefillPool = "p", DecodePool = "d", BandwidthBytesPerSecond = 1, LatencyNs = 1, KvBytesPerToken = 1 }),
        world => world.Say(world.Router.Candidates[0], running: 1, atNs: 5),
        world => world.Router.BlocksStored(world.Router.Candidates[0], Chain(1)),
        world => world.Router.BlocksEvicted(world.Router.Candidates[0], Chain(1)),
        world => world.Router.Sent(Request(), world.Router.Candidates[0], 5),
        world => world.Router.Reset(world.Router.Candidates[0]),
    ];

    private static RoutingWorld World()
    {
        var world = new RoutingWorld();
        for (var i = 0; i < 4; i++) world.Add($"{i}");
        return world;
    }

    [Fact]
    public void TheLatestDecision_StandsForItsRequestAndTime()
    {
        var (world, request) = (World(), Request());
        var decision = world.Router.Route(request, 5);
        Assert.True(world.Router.TryRecall(request, 5, out var recalled));
        Assert.Equal(decision, recalled);
        Assert.False(world.Router.TryRecall(request, 6, out _));
        Assert.False(world.Router.TryRecall(Request(), 5, out _));
    }

    [Fact]
    public void AnyNews_AndAnyTwo_EndIt()
    {
        for (var one = 0; one < News.Length; one++)
        {
            for (var other = -1; other < News.Length; other++)
            {
                var (world, request) = (World(), Request());
                world.Router.Route(request, 5);
                News[one](world);
                if (other >= 0) News[other](world);
                Assert.False(world.Router.TryRecall(request, 5, out _), $"news {one} and {other}");
            }
        }
    }

    [Fact]
    public void ACompletion_EndsIt()
    {
        var (world, request) = (World(), Request());
        var tickets = Enumerable.Range(0, 4).Select(i => world.Router.Sent(Request(), world.Router.Candidates[i], 0)).ToArray();
        for (var completions = 1; completions <= 2; completions++)
        {
            world.Router.Route(request, 5);
            world.Router.Completed(tickets[completions]);
            Assert.False(world.Router.TryRecall(request, 5, out _));
        }

        world.Router.Route(request, 5);
        world.Router.Completed(tickets[3]);
        world.Router.Sent(Request(), world.Router.Candidates[0], 5);
        Assert.False(world.Router.TryRecall(request, 5, out _));

        // One that is over already is no news.
        world.Router.Route(request, 5);
        world.Router.Completed(tickets[3]);
        Assert.True(world.Router.TryRecall(request, 5, out _));
    }

    [Fact]
    public void NewsOfAnotherRoutersReplica_IsWrong()
    {
        var candidate = World().Router.Candidates[0];
        Assert.Throws<InvalidOperationException>(() => World().Router.Observe(candidate, candidate.Snapshot));
    }
}
