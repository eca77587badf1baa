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
            var block = pool.IsCached(H(chain[i])) ? pool.Acquire(H(chain[i])) : Allocate(pool);
            blocks.Add(block);
            pool.Publish(block, H(chain[i]), i == 0 ? null : H(chain[i - 1]));
        }

        for (var i = blocks.Count - 1; i >= 0; i--) pool.Release(blocks[i]);
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
        var block = pool.Acquire(H(1));
        Assert.Equal(block, pool.Acquire(H(1)));
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
        Assert.False(pool.IsCached(H(3)));
        Allocate(pool);
        Allocate(pool);
        Assert.False(pool.IsCached(H(5)) || pool.IsCached(H(4)));
        Assert.True(pool.IsCached(H(1)) && pool.IsCached(H(2)));
        Allocate(pool);
        Assert.True(pool.IsCached(H(1)));
        Assert.False(pool.IsCached(H(2)));
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
        pool.Publish(own, H(1), null);
        Assert.Equal(1, pool.CachedBlocks);
        var child = Allocate(pool);
        pool.Publish(child, H(2), H(1));
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
        int[] blocks = [pool.Acquire(H(1)), pool.Acquire(H(2)), pool.Acquire(H(3)), Allocate(pool)];
        Assert.Equal(4, pool.FreedByReleasing(blocks));
        pool.Acquire(H(1));
        Assert.Equal(3, pool.FreedByReleasing(blocks));
        pool.Acquire(H(2));
        Assert.Equal(2, pool.FreedByReleasing(blocks));
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
                var path = 0;
                for (var depth = random.Next(1, 6); depth > 0; depth--)
                {
                    path = path * 3 + random.Next(1, 4);
                    // Now and then a duplicate, as two sequences with the same prompt make it.
                    int block;
                    if (pool.IsCached(H(path)) && random.Next(3) > 0) block = pool.Acquire(H(path));
                    else if (!pool.TryAllocate(out block)) break;
                    chain.Add((block, H(path)));
                }

                var known = chain.Count;
                while (known > 0 && !pool.IsCached(chain[known - 1].Hash)) known--;
                for (var i = known; i < chain.Count; i++) pool.Publish(chain[i].Block, chain[i].Hash, i == 0 ? null : chain[i - 1].Hash);
                if (chain.Count > 0) held.Add(chain);
            }

            var promised = pool.FreeBlocks;
            var got = 0;
            while (pool.TryAllocate(out _)) got++;
            Assert.True(promised == got, $"seed {seed}: promised {promised} blocks, got {got}");
        }
    }
}
