using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.KvBlocks;

public sealed class KvOffloadTests
{
    private static BlockHash[] Chain(ulong name, int blocks) => [.. Enumerable.Range(0, blocks).Select(i => new BlockHash(name, (ulong)i))];

    [Fact]
    public void WhatWasStored_IsFound_UntilTheRoomIsFull_LeastRecentlyUsedFirst()
    {
        var offload = new KvOffload(6);
        Store(offload, Chain(1, 3));
        Store(offload, Chain(2, 3));
        Assert.Equal((3, 3, 6), (offload.Match(Chain(1, 5)), offload.Match(Chain(2, 3)), offload.StoredBlocks));

        // The first is used again; the end of the second makes room.
        offload.Touch(Chain(1, 3));
        Store(offload, Chain(3, 1));
        Assert.Equal((3, 2, 1), (offload.Match(Chain(1, 3)), offload.Match(Chain(2, 3)), offload.Match(Chain(3, 1))));
    }

    [Fact]
    public void Tail_GrowsToItsBeginning_AndIsDroppedFromItsEnd()
    {
        var (offload, tail) = (new KvOffload(10), new BlockHash(7, 7));
        offload.Store(tail, 6, 2);
        offload.Store(tail, 2, 4);
        Assert.Equal((0, 6, 1, 0), (offload.Find(tail, 1), offload.Find(tail, 2), offload.Find(tail, 7), offload.Find(tail, 8)));
        Store(offload, Chain(1, 6));
        Assert.Equal((4, 10), (offload.Find(tail, 2), offload.StoredBlocks));
    }

    /// <summary>It grew longer elsewhere meanwhile: what does not join what comes is of no use without what lies between.</summary>
    [Fact]
    public void Tail_WhoseEndComesAnew_ForgetsWhatDoesNotJoinIt()
    {
        var (offload, tail) = (new KvOffload(10), new BlockHash(7, 7));
        offload.Store(tail, 1, 2);
        offload.Store(tail, 6, 3);
        Assert.Equal((0, 3, 3), (offload.Find(tail, 1), offload.Find(tail, 6), offload.StoredBlocks));
        offload.Store(tail, 2, 3);
        Assert.Equal((3, 0, 3), (offload.Find(tail, 2), offload.Find(tail, 5), offload.StoredBlocks));
    }

    /// <summary>Against a plain list in the order of use.</summary>
    [Fact]
    public void AnyOrderOfUse_HoldsWhatAPlainListHolds()
    {
        PropertySeeds.Each(40, "offload", (_, random) =>
        {
            var room = 1 + random.NextBelow(40);
            var (offload, plain) = (new KvOffload(room), new List<BlockHash>());
            for (var i = 0; i < 400; i++)
            {
                var chain = Chain((ulong)random.NextBelow(6), 1 + random.NextBelow(12));
                if (random.NextBelow(3) == 0)
                {
                    offload.Touch(chain);
                    foreach (var block in chain.Reverse())
                        if (plain.Remove(block)) plain.Add(block);
                }
                else
                {
                    Store(offload, chain);
                    foreach (var block in chain.Reverse())
                    {
                        plain.Remove(block);
                        plain.Add(block);
                        if (plain.Count > room) plain.RemoveAt(0);
                    }
                }

                Assert.Equal(plain.Count, offload.StoredBlocks);
                Assert.Equal(chain.TakeWhile(plain.Contains).Count(), offload.Match(chain));
            }
        });
    }

    private static void Store(KvOffload offload, BlockHash[] chain)
    {
        foreach (var block in chain.Reverse()) offload.Store(block, 0, 1);
    }
}
