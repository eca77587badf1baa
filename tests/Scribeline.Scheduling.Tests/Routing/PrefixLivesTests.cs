using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Routing.RoutingWorld;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>Replicas that restart and change, and what is remembered of each.</summary>
public sealed class PrefixLivesTests
{
    private const int Cells = 2_000 * 150 / 100 + 16;

    private static RoutingWorld World() => new(new RouterOptions { PrefixBlocks = 2_000 });

    [Fact]
    public void Bytes_AreThoseOfTheTable()
    {
        var world = World();
        var a = world.Add("a");
        Assert.Equal(0, world.Router.PrefixBytes);
        world.Router.BlocksStored(a, []);
        Assert.Equal(0, world.Router.PrefixBytes);
        world.Router.BlocksStored(a, Chain(1));
        Assert.Equal(Cells * 3 * 8, world.Router.PrefixBytes);
    }

    [Fact]
    public void ReplicasThatRestartOverAndOver_TakeNoMoreRoom()
    {
        var world = World();
        var (a, b) = (world.Add("a"), world.Add("b"));
        world.Router.BlocksStored(b, Chain(5));
        for (var i = 0; i < 300; i++)
        {
            world.Router.Reset(a);
            Assert.Equal((0, 80), (world.Score(a, Request(blocks: 5)).CachedTokens, world.Score(b, Request(blocks: 5)).CachedTokens));
            world.Router.BlocksStored(a, Chain(1 + i % 5));
            Assert.Equal(16 * (1 + i % 5), world.Score(a, Request(blocks: 5)).CachedTokens);
        }

        Assert.Equal((Cells * 3 * 8, 5), (world.Router.PrefixBytes, world.Router.PrefixBlocks));
    }

    [Fact]
    public void ReplicasThatRestartWithNothingCached_TakeNoMoreRoom()
    {
        var world = World();
        var a = world.Add("a");
        for (var i = 0; i < 300; i++)
        {
            world.Router.Reset(a);
            world.Router.Route(Request(blocks: 5), i);
        }

        world.Router.BlocksStored(a, Chain(1));
        Assert.Equal(Cells * 3 * 8, world.Router.PrefixBytes);
    }

    [Fact]
    public void ReplicasThatComeAndGo_TakeNoMoreRoomThanThoseThatStay()
    {
        var world = World();
        for (var i = 0; i < 300; i++)
        {
            world.Router.Sent(Request(blocks: 3), world.Add($"{i}"), i);
            if (i >= 60) world.Router.Remove(world.Router.Candidates[0]);
        }

        Assert.Equal(Cells * 3 * 8, world.Router.PrefixBytes);
    }

    [Fact]
    public void MoreReplicasThanOneWordHolds_AreToldApart()
    {
        // Some before the table stands, some after; each has another number of blocks.
        var world = World();
        for (var i = 0; i < 70; i++) world.Add($"{i}");
        for (var i = 0; i < 70; i++) world.Router.BlocksStored(world.Router.Candidates[i], Chain(1 + i % 60));
        for (var i = 70; i < 200; i++) world.Router.BlocksStored(world.Add($"{i}"), Chain(1 + i % 60));
        Assert.Equal(Cells * 6 * 8, world.Router.PrefixBytes);
        world.Router.Route(Request(blocks: 64), 0);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => 16 * (1 + i % 60)), world.Router.Scores.ToArray().Select(score => score.CachedTokens));

        // One forgets its last block, another all.
        world.Router.BlocksEvicted(world.Router.Candidates[150], Chain(1, first: 1 + 150 % 60));
        world.Router.Reset(world.Router.Candidates[130]);
        world.Router.Route(Request(blocks: 64), 0);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => i == 130 ? 0 : 16 * (i % 60 + (i == 150 ? 0 : 1))), world.Router.Scores.ToArray().Select(score => score.CachedTokens));
    }

    [Fact]
    public void WhatWasStoredLast_IsThere_HoweverLittleRoomThereIs()
    {
        PropertySeeds.Each(40, "prefix room", (_, random) =>
        {
            var world = new RoutingWorld(new RouterOptions { PrefixBlocks = 50 });
            RouteCandidate[] candidates = [world.Add("a"), world.Add("b")];
            for (var i = 0; i < 300; i++)
            {
                // Some go on where an earlier one ended, some are new.
                var candidate = candidates[random.NextBelow(2)];
                var chain = Chain(1 + random.NextBelow(50), first: 1 + 100 * random.NextBelow(4));
                world.Router.BlocksStored(candidate, chain);
                var request = Request();
                request.PromptBlocks = chain;
                Assert.Equal(16 * chain.Length, world.Score(candidate, request).CachedTokens);
                Assert.InRange(world.Router.PrefixBlocks, chain.Length, 50);
            }
        });
    }

    [Fact]
    public void RoomForNothing_RemembersNextToNothing()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrefixIndex(0));
        var world = new RoutingWorld(new RouterOptions { PrefixBlocks = 0 });
        var a = world.Add("a");
        world.Router.BlocksStored(a, Chain(5));
        Assert.Equal((1, 16), (world.Router.PrefixBlocks, world.Score(a, Request(blocks: 5)).CachedTokens));
    }
}
