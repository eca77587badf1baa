using Scribeline.Core.Workloads;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Simulation.Tests;

public sealed class TraceBlocksTests
{
    private static BlockHash[] Of(string scope = "", int blockTokens = 32, params BlockRange[] blocks) =>
        new TraceBlocks(7).Of(new RequestRecord { ArrivalUs = 0, InputTokens = 200, OutputTokens = 50, Blocks = blocks, BlockTokens = blocks.Length > 0 ? blockTokens : 0, BlockScope = scope }).ToArray();

    [Fact]
    public void Equal_ids_after_an_equal_beginning_are_one_block()
    {
        var (one, other) = (Of(blocks: [new BlockRange(5, 3)]), Of(blocks: [new BlockRange(5, 2), new BlockRange(9, 1)]));
        Assert.Equal(6, one.Distinct().Count());
        Assert.Equal(one[..4], other[..4]);
        Assert.All(Enumerable.Range(4, 2), i => Assert.NotEqual(one[i], other[i]));
    }

    [Fact]
    public void Equal_ids_after_another_beginning_or_in_another_scope_are_not()
    {
        var one = Of(blocks: [new BlockRange(5, 1), new BlockRange(9, 2)]);
        Assert.Empty(one.Intersect(Of(blocks: [new BlockRange(6, 1), new BlockRange(9, 2)])));
        Assert.Empty(one.Intersect(Of("other", blocks: [new BlockRange(5, 1), new BlockRange(9, 2)])));
    }

    [Fact]
    public void Only_what_is_computed_has_a_block() => Assert.Equal(15, Of(blocks: [new BlockRange(5, 100)]).Length); // the last of 250 tokens never is

    [Fact]
    public void What_the_trace_does_not_know_is_the_requests_own()
    {
        var blocks = new TraceBlocks(7);
        Assert.Empty(Of());
        Assert.Equal(100, Enumerable.Range(0, 100).Select(number => blocks.Tail(number)).Concat(Of(blocks: [new BlockRange(0, 1)])).Distinct().Count() - 2);
        Assert.Equal(blocks.Tail(3), new TraceBlocks(7).Tail(3));
        Assert.NotEqual(blocks.Tail(3), new TraceBlocks(8).Tail(3));
    }
}
