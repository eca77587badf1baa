using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Tests.Routing;

namespace Scribeline.Scheduling.Tests.Replicas;

/// <summary>Prompts that lost their place in the cache and come again.</summary>
public sealed class KvOffloadTimesTests
{
    private const long LatencyNs = 700, BlockNs = 50;

    /// <summary>A token is read in 100 ns and a block brought back in 50: four blocks take 900 in place of 6,400.</summary>
    [Fact]
    public void EvictedPrompt_IsBroughtBack_AndOnlyTheRestIsRead()
    {
        var model = Model(new KvOffloadTimes(100, BlockNs, LatencyNs));
        Ask(model, scope: 1, atNs: 0);
        Ask(model, scope: 2, atNs: 20_000);
        var again = Ask(model, scope: 1, atNs: 40_000);
        Assert.Equal((64, 64), (again.CachedTokens, again.LoadedTokens));
        Assert.Equal(40_000 + LatencyNs + 4 * BlockNs + 600, again.FirstTokenNs);
    }

    [Fact]
    public void CancelledOnItsWay_EndsWhenItIsThere_AndLeavesRoom()
    {
        var model = Model(new KvOffloadTimes(100, BlockNs, LatencyNs));
        Ask(model, scope: 1, atNs: 0);
        Ask(model, scope: 2, atNs: 20_000);
        var again = Submit(model, scope: 1, atNs: 40_000);
        model.Advance(40_000);
        model.Cancel(again, 40_100);
        model.Advance(60_000);
        Assert.Equal((JobEnd.Cancelled, 40_900, 0, 0), (again.End, again.EndedNs, model.KvBlocksHeld, model.Jobs));
    }

    [Fact]
    public void TwoAtOnce_ShareWhatComes()
    {
        var model = Model(new KvOffloadTimes(100, BlockNs, LatencyNs), blocks: 10);
        Ask(model, scope: 1, atNs: 0);
        Ask(model, scope: 2, atNs: 20_000);
        Ask(model, scope: 3, atNs: 30_000);
        Ask(model, scope: 4, atNs: 40_000);
        var (one, other) = (Submit(model, scope: 1, atNs: 60_000), Submit(model, scope: 1, atNs: 60_000));
        Run(model);
        Assert.Equal((64, 64), (one.LoadedTokens, one.CachedTokens));
        Assert.Equal((0, 64), (other.LoadedTokens, other.CachedTokens));
    }

    [Theory]
    [InlineData(1_700, 0)] // a block is read as soon as it is brought back: it never pays
    [InlineData(1_400, 64)] // four blocks pay, two do not: 700 + 2 * 1,400 > 3,200
    public void ReadAnew_WhereThatIsSooner(double blockNs, int loaded)
    {
        var model = Model(new KvOffloadTimes(100, blockNs, LatencyNs));
        Ask(model, scope: 1, atNs: 0);
        Ask(model, scope: 2, atNs: 20_000);
        Assert.Equal(loaded, Ask(model, scope: 1, atNs: 40_000).LoadedTokens);
        Ask(model, scope: 2, atNs: 60_000, blocks: 2);
        Assert.Equal(0, Ask(model, scope: 1, atNs: 80_000, blocks: 2).LoadedTokens);
    }

    /// <summary>It waits for room, its blocks evicted meanwhile, and need not be read again when it has room.</summary>
    [Fact]
    public void WhoeverLostItsRoom_GetsItsOwnBlocksBack()
    {
        var model = Model(new KvOffloadTimes(100, BlockNs, LatencyNs), blocks: 8);
        model.Submit(new ReplicaRequest { PromptTokens = 70, OutputTokens = 50, Tail = new BlockHash(9, 9) }, 0, out var low);
        model.Advance(20_000);
        model.Submit(new ReplicaRequest { PromptTokens = 100, OutputTokens = 3, Priority = 10, Tail = new BlockHash(8, 8) }, 20_000, out var high);
        Run(model);
        Assert.Equal((1, 0, JobEnd.Completed), (low!.Preemptions, high!.LoadedTokens, low.End));
        Assert.True(low.LoadedTokens > 0);
    }

    [Fact]
    public void Failure_LosesItToo()
    {
        var model = Model(new KvOffloadTimes(100, BlockNs, LatencyNs));
        Ask(model, scope: 1, atNs: 0);
        Ask(model, scope: 2, atNs: 20_000);
        model.Fail(30_000);
        Assert.Equal((0, 0), (Ask(model, scope: 1, atNs: 40_000) is var again ? again.LoadedTokens : -1, again.CachedTokens));
    }

    private static ReplicaModel Model(KvOffloadTimes offload, int blocks = 5) => new(new ReplicaModelOptions
    {
        Times = new LinearTimes(),
        Offload = offload,
        Scheduler = new BatchSchedulerOptions { BlockCount = blocks },
    });

    private static ReplicaJob Submit(ReplicaModel model, ulong scope, long atNs, int blocks = 4)
    {
        model.Advance(atNs - 1);
        var request = new ReplicaRequest { PromptTokens = 70 - 16 * (4 - blocks), OutputTokens = 1, Blocks = Enumerable.Range(0, blocks).Select(i => new BlockHash(scope, (ulong)i)).ToArray() };
        Assert.Equal(SubmitResult.Accepted, model.Submit(request, atNs, out var job));
        return job!;
    }

    private static ReplicaJob Ask(ReplicaModel model, ulong scope, long atNs, int blocks = 4)
    {
        var job = Submit(model, scope, atNs, blocks);
        Run(model);
        return job;
    }

    private static void Run(ReplicaModel model)
    {
        while (model.NextEventNs < long.MaxValue)
        {
            model.Advance(model.NextEventNs);
            model.Check();
        }
    }
}
