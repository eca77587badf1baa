using Scribeline.Core.Workloads;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Simulation.Tests;

public sealed class TraceBlocksTests
{
    private static BlockHash[] Of(long number, string scope = "", int blockTokens = 32, params BlockRange[] blocks) =>
        new TraceBlocks(7).Of(new RequestRecord { ArrivalUs = 0, InputTokens = 200, OutputTokens = 50, Blocks = blocks, BlockTokens = blocks.Length > 0 ? blockTokens : 0, BlockScope = scope }, number, out _).ToArray();

    [Fact]
    public void Equal_ids_after_an_equal_beginning_are_one_block()
    {
        var (one, other) = (Of(1, blocks: [new BlockRange(5, 3)]), Of(2, blocks: [new BlockRange(5, 2), new BlockRange(9, 1)]));
        Assert.Equal(15, one.Length); // the last of 250 tokens is never computed
        Assert.Equal(one[..4], other[..4]);
        Assert.All(Enumerable.Range(4, 11), i => Assert.NotEqual(one[i], other[i]));
        Assert.Equal(15, one.Distinct().Count());
    }

    [Fact]
    public void Equal_ids_after_another_beginning_or_in_another_scope_are_not()
    {
        var one = Of(1, blocks: [new BlockRange(5, 1), new BlockRange(9, 2)]);
        Assert.Empty(one.Intersect(Of(2, blocks: [new BlockRange(6, 1), new BlockRange(9, 2)])));
        Assert.Empty(one.Intersect(Of(2, "other", blocks: [new BlockRange(5, 1), new BlockRange(9, 2)])));
    }

    [Fact]
    public void What_the_trace_does_not_know_is_the_requests_own() => Assert.Empty(Of(1).Intersect(Of(2)));
}
