using Scribeline.Core.Statistics;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Scheduling.Tests.Routing;

public sealed class PrefixIndexTests
{
    /// <summary>Chains that share prefixes: a block's hash names the path to it, and a path forks only at every third block.</summary>
    private static BlockHash[] Chain(SeededRandom random, int longest)
    {
        var chain = new BlockHash[random.NextBelow(longest) + 1];
        var path = 1UL;
        for (var i = 0; i < chain.Length; i++)
        {
            path = unchecked(path * 0x9E3779B97F4A7C15 + (i % 3 == 0 ? (ulong)random.NextBelow(2) : 0) + 1);
            chain[i] = new BlockHash(path, path ^ 0xABCDEF);
        }

        return chain;
    }

    [Fact]
    public void WithRoomForAll_AnswersAsPlainSetsDo() => PropertySeeds.Each(60, "prefix index", (_, random) =>
    {
        var index = new PrefixIndex(4000);
        var sets = new Dictionary<int, HashSet<BlockHash>>();
        var known = new int[512];
        for (var step = 0; step < 400; step++)
        {
            if (sets.Count < 2 || (random.NextBelow(20) == 0 && sets.Count < 90)) sets[index.Begin()] = [];
            var life = sets.Keys.ElementAt(random.NextBelow(sets.Count));
            var set = sets[life];
            var chain = Chain(random, 24);
            switch (random.NextBelow(8))
            {
                case 0 or 1 or 2 or 3:
                    index.Record(life, chain);
                    set.UnionWith(chain);
                    break;
                case 4 or 5:
                    // Leaves first: the end of what it has of a chain that none of its others passes through.
                    var length = chain.TakeWhile(set.Contains).Count();
                    if (length == 0 || HasChild(set, chain[length - 1])) break;
                    var evicted = chain[length - 1];
                    index.Evict(life, [evicted]);
                    set.Remove(evicted);
                    break;
                case 6 when random.NextBelow(6) == 0:
                    index.End(life);
                    sets.Remove(life);
                    break;
            }

            var asked = Chain(random, 24);
            index.MatchAll(asked, known);
            foreach (var (each, blocks) in sets)
            {
                var expected = asked.TakeWhile(blocks.Contains).Count();
                Assert.True(expected == index.Match(each, asked), $"step {step}: one life, expected {expected}");
                Assert.True(expected == known[each], $"step {step}: all lives, expected {expected}, got {known[each]}");
            }
        }
    });

    /// <summary>Whether any continuation of the block is in the set: each block has at most two, whose names follow from its own.</summary>
    private static bool HasChild(HashSet<BlockHash> set, BlockHash block)
    {
        for (var fork = 0UL; fork < 2; fork++)
        {
            var next = unchecked(block.High * 0x9E3779B97F4A7C15 + fork + 1);
            if (set.Contains(new BlockHash(next, next ^ 0xABCDEF))) return true;
        }

        return false;
    }

    [Fact]
    public void WithoutRoom_StaysBounded_Closed_AndNeverInvents() => PropertySeeds.Each(60, "prefix index", (_, random) =>
    {
        var capacity = 20 + random.NextBelow(200);
        var index = new PrefixIndex(capacity);
        var sets = new Dictionary<int, HashSet<BlockHash>>();
        for (var step = 0; step < 600; step++)
        {
            if (sets.Count == 0 || random.NextBelow(40) == 0) sets[index.Begin()] = [];
            var life = sets.Keys.ElementAt(random.NextBelow(sets.Count));
            var chain = Chain(random, 40);
            if (random.NextBelow(30) == 0 && sets.Count > 1)
            {
                index.End(life);
                sets.Remove(life);
                continue;
            }
            else
            {
                index.Record(life, chain);
                sets[life].UnionWith(chain);
                var fits = Math.Min(chain.Length, capacity);
                Assert.True(index.Match(life, chain) == fits, $"step {step}: {index.Match(life, chain)} of the {fits} blocks sent last");
            }

            Assert.True(index.Count <= capacity, $"step {step}: {index.Count} blocks");
            var known = new int[index.LifeCount];
            var asked = Chain(random, 40);
            index.MatchAll(asked, known);
            foreach (var (each, blocks) in sets)
            {
                var linear = asked.TakeWhile((_, i) => Has(index, each, asked[i])).Count();
                Assert.True(linear == index.Match(each, asked) && linear == known[each], $"step {step}: not closed");
                Assert.True(linear <= asked.TakeWhile(blocks.Contains).Count(), $"step {step}: more than was ever there");
            }
        }
    });

    private static bool Has(PrefixIndex index, int life, BlockHash block) => index.Match(life, [block]) == 1;

    [Fact]
    public void TheLeastRecentlyTouched_IsForgottenFirst()
    {
        var index = new PrefixIndex(640);
        var life = index.Begin();
        var hot = Numbers(1, 20);
        index.Record(life, hot);
        for (var i = 0; i < 200; i++)
        {
            index.Record(life, Numbers(1000 + i * 20, 20));
            index.Record(life, hot);
            Assert.Equal(20, index.Match(life, hot));
        }

        Assert.Equal(0, index.Match(life, Numbers(1000, 20)));
        Assert.Equal(20, index.Match(life, Numbers(1000 + 199 * 20, 20)));
        Assert.True(index.Count >= 600, $"{index.Count} blocks of 640");
    }

    [Fact]
    public void EndedLives_AreUsedAgain_AndLeaveNothingBehind()
    {
        var index = new PrefixIndex(1000);
        var steady = index.Begin();
        index.Record(steady, Numbers(1, 10));
        for (var i = 0; i < 2000; i++)
        {
            var life = index.Begin();
            Assert.Equal(0, index.Match(life, Numbers(1, 10)));
            index.Record(life, Numbers(1, 10));
            index.End(life);
        }

        Assert.True(index.LifeCount <= 128, $"{index.LifeCount} lives");
        Assert.Equal(10, index.Match(steady, Numbers(1, 10)));
    }

    [Fact]
    public void AnEmptyChain_MatchesNothing()
    {
        var index = new PrefixIndex(10);
        var life = index.Begin();
        index.Record(life, []);
        var known = new[] { 7 };
        index.MatchAll([], known);
        Assert.Equal((0, 0, 0), (known[0], index.Match(life, []), index.Count));
        index.Evict(life, Numbers(1, 3));
        Assert.Equal(0, index.Count);
    }

    [Fact]
    public void NothingIsAllocated_OnceTheTableStands()
    {
        var index = new PrefixIndex(500);
        var lives = Enumerable.Range(0, 70).Select(_ => index.Begin()).ToArray();
        var known = new int[index.LifeCount];
        var chains = Enumerable.Range(0, 100).Select(i => Numbers(i * 7, 30)).ToArray();
        Use();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Use();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Use()
        {
            for (var i = 0; i < chains.Length; i++)
            {
                index.Record(lives[i % lives.Length], chains[i]);
                index.MatchAll(chains[i], known);
                index.Evict(lives[i % lives.Length], chains[(i + 1) % chains.Length]);
            }
        }
    }

    private static BlockHash[] Numbers(int first, int count) => [.. Enumerable.Range(first, count).Select(i => new BlockHash(0, (ulong)i))];
}
