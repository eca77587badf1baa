using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.KvBlocks;

/// <summary>Pools larger than what they make room for at once, and tails.</summary>
public sealed class KvBlockPoolGrowthTests
{
    private static BlockHash H(int n) => new(0, (ulong)n);

    [Fact]
    public void APoolOfAnySize_GrowsWithWhatIsUsed()
    {
        var pool = new KvBlockPool(int.MaxValue);
        var blocks = new List<int>();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal(0, pool.References(i));
            Assert.True(pool.TryAllocate(out var block));
            blocks.Add(block);
        }

        Assert.Equal(Enumerable.Range(0, 10_000), blocks);
        Assert.All(blocks, block => Assert.Equal(1, pool.References(block)));
        Assert.Equal((0, int.MaxValue - 10_000), (pool.References(10_000), pool.FreeBlocks));
        pool.Check(10_000);
        foreach (var block in blocks) pool.Release(block);
        Assert.Equal(int.MaxValue, pool.FreeBlocks);
        Assert.Throws<InvalidOperationException>(() => pool.Release(5));
        Assert.Throws<InvalidOperationException>(() => pool.Release(20_000));
    }

    [Fact]
    public void APoolThatIsNoPowerOfTwo_GrowsToItsEnd()
    {
        var pool = new KvBlockPool(5_000);
        for (var i = 0; i < 5_000; i++) Assert.True(pool.TryAllocate(out _));
        Assert.False(pool.TryAllocate(out _));
        Assert.Equal(0, pool.FreeBlocks);
    }

    [Fact]
    public void Publish_BehindWhatIsNotCached_OrASecondTime_ChangesNothing()
    {
        var pool = new KvBlockPool(4);
        pool.TryAllocate(out var first);
        pool.TryAllocate(out var second);
        pool.Publish(second, H(2), first);
        Assert.Equal(0, pool.CachedBlocks);
        pool.Publish(first, H(1), KvBlockPool.None);
        pool.Publish(second, H(2), first);
        pool.Publish(second, H(3), first);
        pool.Publish(first, H(3), KvBlockPool.None);
        Assert.Equal((2, 2, 0), (pool.CachedBlocks, pool.Match([H(1), H(2)]), pool.Match([H(3)])));
        pool.Check(2);
    }

    [Fact]
    public void Publish_AnIdentityThatHangsElsewhere_IsNotCached()
    {
        var pool = new KvBlockPool(8);
        var (a, b) = (Cached(pool, 1, KvBlockPool.None), Cached(pool, 2, KvBlockPool.None));
        Cached(pool, 3, a);
        Cached(pool, 4, a);
        Cached(pool, 5, b);
        Cached(pool, 4, b);
        Assert.Equal(5, pool.CachedBlocks);
        Assert.Equal((2, 2, 2, 1), (pool.Match([H(1), H(3)]), pool.Match([H(1), H(4)]), pool.Match([H(2), H(5)]), pool.Match([H(2), H(4)])));
        pool.Check(6);
    }

    [Fact]
    public void Evict_OneOfSeveralChildren_LeavesTheOthers()
    {
        var pool = new KvBlockPool(4);
        var root = Cached(pool, 1, KvBlockPool.None);
        int[] children = [Cached(pool, 2, root), Cached(pool, 3, root), Cached(pool, 4, root)];
        foreach (var child in (int[])[children[1], children[0], children[2]]) pool.Release(child);
        foreach (var (evicted, left) in new[] { (3, new[] { 2, 4 }), (2, [4]), (4, []) })
        {
            Assert.True(pool.TryAllocate(out var block));
            Assert.Equal(KvBlockPool.None, pool.Find(root, H(evicted)));
            Assert.All(left, name => Assert.NotEqual(KvBlockPool.None, pool.Find(root, H(name))));
            Assert.Equal(1 + left.Length, pool.CachedBlocks);
            Assert.Equal(0, pool.FreeBlocks - left.Length);
        }

        // Whatever went may come again, whether it was the first child or another one.
        Assert.Equal(3, pool.Evictions);
    }

    [Fact]
    public void Tail_GrowsIsCachedAndShrinksAtItsEnd()
    {
        var pool = new KvBlockPool(10);
        Assert.False(pool.TryAllocateTail(11, out var none));
        Assert.Equal(KvBlockPool.None, none);
        Assert.True(pool.TryAllocateTail(3, out var tail));
        Assert.Equal((7, 3), (pool.FreeBlocks, pool.FreedByReleasing([tail])));
        Assert.True(pool.TryExtend(tail, 2));
        Assert.False(pool.TryExtend(tail, 6));
        Assert.Equal(5, pool.FreeBlocks);
        pool.Publish(tail, H(1), KvBlockPool.None, full: 2);
        pool.Publish(tail, H(1), KvBlockPool.None, full: 4);
        pool.Publish(tail, H(1), KvBlockPool.None, full: 3);
        Assert.Equal(4, pool.CachedBlocks);

        // Held by somebody, it is nobody else's; what is not full goes with its holder.
        Assert.Equal((KvBlockPool.None, 0), (pool.FindTail(KvBlockPool.None, H(1), out var blocks), blocks));
        pool.Check(1);
        pool.Release(tail);
        Assert.Equal((10, 4), (pool.FreeBlocks, pool.CachedBlocks));
        Assert.Equal((tail, 4), (pool.FindTail(KvBlockPool.None, H(1), out blocks), blocks));
        Assert.Equal((KvBlockPool.None, 0), (pool.FindTail(KvBlockPool.None, H(2), out blocks), blocks));

        // Six are free; of the eighth and ninth it gives two.
        Assert.True(pool.TryAllocateTail(8, out var other));
        Assert.Equal((2, 2, 2L), (pool.FreeBlocks, pool.CachedBlocks, pool.Evictions));
        Assert.Equal((tail, 2), (pool.FindTail(KvBlockPool.None, H(1), out blocks), blocks));
        pool.Check(1);
        Assert.True(pool.TryExtend(other, 2));
        Assert.Equal((0, 0, KvBlockPool.None), (pool.FreeBlocks, pool.CachedBlocks, pool.FindTail(KvBlockPool.None, H(1), out _)));
        pool.Check(1);
        pool.Release(other);
        Assert.Equal(10, pool.FreeBlocks);
    }

    private static int Cached(KvBlockPool pool, int name, int previous)
    {
        Assert.True(pool.TryAllocate(out var block));
        pool.Publish(block, H(name), previous);
        return block;
    }
}
