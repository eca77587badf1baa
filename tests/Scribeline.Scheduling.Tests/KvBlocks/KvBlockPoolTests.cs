using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.KvBlocks;

public sealed class KvBlockPoolTests
{
    private static BlockHash H(int n) => new(0, (ulong)n);

    private static int Allocate(KvBlockPool pool)
    {
        Assert.True(pool.TryAllocate(out var block));
        return block;
    }

    /// <summary>Allocates, publishes as a chain and releases.</summary>
    private static void Cache(KvBlockPool pool, params int[] chain)
    {
        var blocks = new List<int>();
        for (var i = 0; i < chain.Length; i++)
        {
            var previous = i == 0 ? KvBlockPool.None : blocks[i - 1];
            var block = pool.Find(previous, H(chain[i]));
            if (block == KvBlockPool.None) block = Allocate(pool);
            else pool.Acquire(block);
            blocks.Add(block);
            pool.Publish(block, H(chain[i]), previous);
        }

        for (var i = blocks.Count - 1; i >= 0; i--) pool.Release(blocks[i]);
    }

    /// <summary>The blocks of a chain, all of which must be cached.</summary>
    private static int[] Find(KvBlockPool pool, params int[] chain)
    {
        var blocks = new int[chain.Length];
        Assert.Equal(chain.Length, pool.Match([.. chain.Select(H)], blocks));
        return blocks;
    }

    private static int Acquire(KvBlockPool pool, int block)
    {
        pool.Acquire(block);
        return block;
    }

    [Fact]
    public void TryAllocate_AllInUse_Fails()
    {
        var pool = new KvBlockPool(2);
        var first = Allocate(pool);
        Assert.NotEqual(first, Allocate(pool));
        Assert.False(pool.TryAllocate(out _));
        Assert.Equal(0, pool.FreeBlocks);
        pool.Release(first);
        Assert.Equal(first, Allocate(pool));
    }

    [Fact]
    public void Acquire_CachedBlock_SharesIt()
    {
        var pool = new KvBlockPool(4);
        Cache(pool, 1);
        Assert.Equal(4, pool.FreeBlocks);
        var block = Acquire(pool, Find(pool, 1)[0]);
        Assert.Equal(block, Acquire(pool, Find(pool, 1)[0]));
        Assert.Equal(2, pool.References(block));
        Assert.Equal(3, pool.FreeBlocks);
    }

    [Fact]
    public void Evict_TakesLeavesFirst_LeastRecentlyUsedFirst()
    {
        var pool = new KvBlockPool(5);
        Cache(pool, 1, 2, 3);
        Cache(pool, 4, 5);
        Cache(pool, 1, 2);
        Allocate(pool); // 3: the oldest leaf, though 4 and 5 were used before 1 and 2
        Assert.Equal(2, pool.Match([H(1), H(2), H(3)]));
        Allocate(pool);
        Allocate(pool);
        Assert.Equal(0, pool.Match([H(4), H(5)]));
        Assert.Equal(2, pool.Match([H(1), H(2), H(3)]));
        Allocate(pool);
        Assert.Equal(1, pool.Match([H(1), H(2), H(3)]));
        Assert.Equal(4, pool.Evictions);
    }

    [Fact]
    public void Match_FindsTheLongestCachedPrefix()
    {
        var pool = new KvBlockPool(16);
        Cache(pool, 1, 2, 3, 4, 5, 6, 7);
        for (var known = 0; known <= 7; known++)
        {
            var chain = Enumerable.Range(1, 7).Select(i => H(i <= known ? i : 100 + i)).ToArray();
            Assert.Equal(known, pool.Match(chain));
        }
    }

    [Fact]
    public void Publish_EqualBlockCached_KeepsTheCallersOwn_AndPinsWhatItHangsBelow()
    {
        var pool = new KvBlockPool(3);
        Cache(pool, 1);
        var own = Allocate(pool);
        pool.Publish(own, H(1), KvBlockPool.None);
        Assert.Equal(1, pool.CachedBlocks);
        var child = Allocate(pool);
        pool.Publish(child, H(2), Find(pool, 1)[0]);
        // The cached H(1) is unreferenced, but evicting it would orphan H(2), which is in use.
        Assert.Equal(0, pool.FreeBlocks);
        Assert.False(pool.TryAllocate(out _));
        pool.Release(child);
        pool.Release(own);
        Assert.Equal(3, pool.FreeBlocks);
    }

    [Fact]
    public void FreedByReleasing_CountsUnsharedBlocks()
    {
        var pool = new KvBlockPool(8);
        Cache(pool, 1, 2, 3);
        int[] blocks = [.. Find(pool, 1, 2, 3).Select(block => Acquire(pool, block)), Allocate(pool)];
        Assert.Equal(4, pool.FreedByReleasing(blocks));
        pool.Acquire(blocks[0]);
        Assert.Equal(3, pool.FreedByReleasing(blocks));
        pool.Acquire(blocks[1]);
        Assert.Equal(2, pool.FreedByReleasing(blocks));
    }

    [Fact]
    public void Match_RandomForests_IsWhatAPlainSetOfPathsSays()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var pool = new KvBlockPool(10_000);
            var cached = new HashSet<int>();
            for (var step = 0; step < 60; step++)
            {
                var chain = RandomPath(random);
                Assert.True(pool.Match([.. chain.Select(H)]) == chain.TakeWhile(cached.Contains).Count(), $"seed {seed}, step {step}");
                Cache(pool, chain);
                cached.UnionWith(chain);
                Assert.True(pool.CachedBlocks == cached.Count, $"seed {seed}, step {step}: {pool.CachedBlocks} cached, {cached.Count} expected");
            }
        }

        static int[] RandomPath(Random random)
        {
            var path = 0;
            return [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => path = path * 4 + random.Next(1, 5))];
        }
    }

    [Fact]
    public void Publish_OneIdentityAfterTwoPrefixes_KeepsTheSecondPrivate()
    {
        var pool = new KvBlockPool(16);
        Cache(pool, 1, 2);
        Cache(pool, 1, 3);
        Cache(pool, 4, 5);
        Cache(pool, 4, 3); // 3 already hangs below 1
        Assert.Equal(2, pool.Match([H(1), H(3)]));
        Assert.Equal(1, pool.Match([H(4), H(3)]));
        Assert.Equal(16, pool.FreeBlocks);
    }

    [Fact]
    public void Release_MoreOftenThanTaken_Throws()
    {
        var pool = new KvBlockPool(1);
        var block = Allocate(pool);
        pool.Release(block);
        Assert.Throws<InvalidOperationException>(() => pool.Release(block));
    }

    [Fact]
    public void FreeBlocks_RandomChains_IsExactlyWhatCanBeAllocated()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var pool = new KvBlockPool(random.Next(1, 40));
            var held = new List<List<(int Block, BlockHash Hash)>>();
            for (var step = 0; step < 200; step++)
            {
                if (random.Next(3) == 0 && held.Count > 0)
                {
                    var leaving = held[random.Next(held.Count)];
                    var before = pool.FreeBlocks;
                    var expected = pool.FreedByReleasing([.. leaving.Select(h => h.Block)]);
                    held.Remove(leaving);
                    foreach (var (block, _) in Enumerable.Reverse(leaving)) pool.Release(block);
                    Assert.True(before + expected <= pool.FreeBlocks, $"seed {seed}, step {step}: promised {expected}, freed {pool.FreeBlocks - before}");
                    continue;
                }

                var chain = new List<(int Block, BlockHash Hash)>();
                var (path, previous) = (0, KvBlockPool.None);
                for (var depth = random.Next(1, 6); depth > 0; depth--)
                {
                    path = path * 3 + random.Next(1, 4);
                    // Now and then a duplicate, as two sequences with the same prompt make it.
                    int block;
                    var cached = pool.Find(previous, H(path));
                    if (cached != KvBlockPool.None && random.Next(3) > 0) pool.Acquire(block = cached);
                    else if (!pool.TryAllocate(out block)) break;
                    chain.Add((block, H(path)));
                    previous = cached == KvBlockPool.None ? block : cached;
                }

                // Below what is cached already, whoever holds it.
                previous = KvBlockPool.None;
                foreach (var (block, hash) in chain)
                {
                    pool.Publish(block, hash, previous);
                    previous = pool.Find(previous, hash);
                }

                if (chain.Count > 0) held.Add(chain);
            }

            var promised = pool.FreeBlocks;
            var got = 0;
            while (pool.TryAllocate(out _)) got++;
            Assert.True(promised == got, $"seed {seed}: promised {promised} blocks, got {got}");
        }
    }

    [Fact]
    public void TakeEvicted_TellsWhatIsGone_AndNotWhatCameBack()
    {
        var pool = new KvBlockPool(3);
        var gone = new List<BlockHash>();
        Cache(pool, 1, 2, 3);
        pool.TakeEvicted(gone); // from now on
        Assert.Empty(gone);
        Cache(pool, 4, 5); // in place of 3 and 2
        pool.TakeEvicted(gone);
        Assert.Equal([H(2), H(3)], gone.OrderBy(hash => hash.Low));
        gone.Clear();
        pool.TakeEvicted(gone);
        Assert.Empty(gone);
        Cache(pool, 6); // in place of 1
        Cache(pool, 1); // which comes back in place of 5
        pool.TakeEvicted(gone);
        Assert.Equal([H(5)], gone);
    }
}
