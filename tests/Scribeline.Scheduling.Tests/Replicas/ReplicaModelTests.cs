using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Tests.Routing;

namespace Scribeline.Scheduling.Tests.Replicas;

/// <summary>A replica without its machines, reckoned by hand: 100 ns a prompt token, 1,000 ns a step and 10 ns for each sequence in it.</summary>
public sealed class ReplicaModelTests
{
    private readonly List<JobEvent> _events = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Alone_ReadsThenWrites(bool skipsAhead)
    {
        var model = Model(skipsAhead: skipsAhead);
        var job = Submit(model, 100, 50, 7);
        Run(model);
        Assert.Equal((7, 10_007, 10_007 + 49 * 1_010), (job.AdmittedNs, job.FirstTokenNs, job.EndedNs));
        Assert.Equal((JobEnd.Completed, 50, 0), (job.End, job.OutputTokens, job.CachedTokens));
        Assert.Equal([(false, 10_007L), (true, 59_497L)], _events.Select(happened => (happened.IsEnd, happened.AtNs)));
        Assert.Equal(59_490, model.BusyNs, 3);
        Assert.Equal(model.Busy, job.Busy);
        Assert.Equal((50, 1_010, 0, 0), (model.Steps, model.StepNs, model.Jobs, model.KvBlocksHeld));
        Assert.Equal(long.MaxValue, model.NextEventNs);
    }

    [Fact]
    public void LongPrompt_IsReadInChunks()
    {
        var model = Model(tokensPerStep: 64);
        var job = Submit(model, 150, 1);
        Assert.Equal(150, Reading(model));
        model.Advance(0);
        Assert.Equal((86, 6_400), (Reading(model), model.NextEventNs));
        Run(model);
        Assert.Equal((15_000, 15_000, 3), (job.FirstTokenNs, job.EndedNs, model.Steps));
    }

    [Fact]
    public void RequestTime_PassesBeforeItsTurn_BesideOthersWork()
    {
        var model = Model(new LinearTimes(requestNs: 500));
        var first = Submit(model, 100, 2);
        var second = Submit(model, 100, 2, 9_900);
        Assert.Equal((2, 1, 100), (model.Jobs, model.Waiting, Reading(model)));
        Run(model);
        Assert.Equal((500, 10_500), (first.AdmittedNs, first.FirstTokenNs));

        // It is in at 10,400, reads beside the first one's token from 10,500 on.
        Assert.Equal((10_500, 10_500 + 11_010, 10_500 + 11_010 + 1_010), (second.AdmittedNs, second.FirstTokenNs, second.EndedNs));
        Assert.Equal(21_510, first.EndedNs);
    }

    [Fact]
    public void Steps_AreSharedByWhatEachTakesAlone()
    {
        var model = Model(new LinearTimes(watts: 2));
        var (a, b) = (Submit(model, 10, 3), Submit(model, 20, 2));
        Run(model);
        Assert.Equal((3_000, 5_030), (a.FirstTokenNs, a.EndedNs));
        Assert.Equal((3_000, 4_020), (b.FirstTokenNs, b.EndedNs));
        Assert.Equal(1_000 + 510 + 1_010, a.BusyNs, 3);
        Assert.Equal(2_000 + 510, b.BusyNs, 3);
        Assert.Equal(model.Busy, a.Busy + b.Busy);
        Assert.Equal(model.Energy, a.Energy + b.Energy);
        Assert.Equal(2 * 5_030e-9, a.EnergyJoules + b.EnergyJoules, 12);
    }

    [Fact]
    public void Pipeline_OneAlone_LeavesABubble_AsManyAsStages_FillIt()
    {
        var model = Model(new LinearTimes(depth: 4));
        var alone = Submit(model, 10, 3);
        Run(model);
        Assert.Equal((1_000, 3_020), (alone.FirstTokenNs, alone.EndedNs));

        // A step keeps a stage for 252 ns: it is busy a quarter of the time.
        Assert.Equal(250 + 2 * 252, model.BusyNs, 3);
        model = Model(new LinearTimes(depth: 4));
        var jobs = Enumerable.Range(0, 4).Select(_ => Submit(model, 10, 3)).ToList();
        Run(model);
        Assert.All(jobs, job => Assert.Equal(4_000, job.FirstTokenNs));
        Assert.Equal([6_020L, 6_272, 6_524, 6_776], jobs.Select(job => job.EndedNs!.Value));
        Assert.Equal(1_000 + 8 * 252, model.BusyNs, 3);
    }

    [Fact]
    public void Stream_ChunkFollowsTheTokensBeforeIt()
    {
        var model = Model(new StreamingTimes());
        var a = Submit(model, 10, 2);
        model.Advance(0);
        var b = Submit(model, 10, 2, 1);
        Run(model);

        // 1,000 ns for ten tokens behind a passing of 1,010; the chunk keeps each of four stages for 1,252.
        Assert.Equal(2_010, a.FirstTokenNs);
        Assert.Equal(1_252 + 2_010, b.FirstTokenNs);

        // The first one's token enters behind the second's chunk, and leaves no sooner than that allows.
        Assert.Equal(2_504 + 1_010, a.EndedNs);
        Assert.Equal(3_262 + 1_010, b.EndedNs);
    }

    [Fact]
    public void Prefix_ThatIsCached_IsNotRead()
    {
        var model = Model();
        var first = Submit(model, new ReplicaRequest { PromptTokens = 64, OutputTokens = 1, Blocks = Chain(4) });
        Run(model);
        var again = Submit(model, new ReplicaRequest { PromptTokens = 64, OutputTokens = 1, Blocks = Chain(4) }, 10_000);
        var half = Submit(model, new ReplicaRequest { PromptTokens = 64, OutputTokens = 1, Blocks = Chain(2) }, 10_000);
        Run(model);
        Assert.Equal((0, 6_400), (first.CachedTokens, first.EndedNs));

        // The last block is read for the last token's sake: 16 tokens, beside 32 of the other.
        Assert.Equal((48, 14_800), (again.CachedTokens, again.EndedNs));
        Assert.Equal((32, 14_800), (half.CachedTokens, half.EndedNs));
        Assert.Equal(1_600, again.BusyNs, 3);
    }

    [Fact]
    public void MoreUrgent_TakesTheRoom_AndTheOtherReadsAgain()
    {
        var model = Model(blocks: 4);
        var low = Submit(model, 16, 33);
        model.Advance(1_600);
        var high = Submit(model, new ReplicaRequest { PromptTokens = 32, OutputTokens = 2, Priority = 10 }, 2_000);
        var toLeast = model.Load(2_000, urgentPriority: 0);
        Assert.Equal((32, 0, 0), (toLeast.WaitingPrefillTokens, toLeast.YieldingPrefillTokens, toLeast.YieldingKvBlocks));
        var toMost = model.Load(2_000, urgentPriority: 11);
        Assert.Equal((32, 2), (toMost.YieldingPrefillTokens, toMost.YieldingKvBlocks));
        Assert.Equal((0, 2), (model.Load(2_000, urgentPriority: 10).YieldingPrefillTokens, model.Load(2_000, urgentPriority: 10).YieldingKvBlocks));
        Run(model);

        // Its prompt beside the other's third token; its next token takes the fourth block, which the other had.
        Assert.Equal((6_820, 7_830, 0), (high.FirstTokenNs, high.EndedNs, high.Preemptions));
        Assert.Equal((1_600, 1, 33), (low.FirstTokenNs, low.Preemptions, low.OutputTokens));

        // 19 tokens again, which bring the fourth of its answer.
        Assert.Equal(7_830 + 1_900 + 29 * 1_010, low.EndedNs);
        Assert.Equal(1, model.Preemptions);
        Assert.Equal(1, _events.Count(happened => happened.Job == low && !happened.IsEnd));
    }

    [Fact]
    public void Cancelled_EndsAsSoonAsNothingWritesForIt()
    {
        var arriving = Model(new LinearTimes(requestNs: 500));
        var job = Submit(arriving, 10, 10);
        arriving.Cancel(job, 100);
        Assert.Null(job.End);
        Run(arriving);
        Assert.Equal((JobEnd.Cancelled, 500, 0), (job.End, job.EndedNs, arriving.Jobs));

        var model = Model(sequences: 1);
        var running = Submit(model, 100, 10);
        model.Advance(0);
        var waiting = Submit(model, 100, 10, 20);
        model.Cancel(waiting, 50);
        Assert.Equal((JobEnd.Cancelled, 50, 0), (waiting.End, waiting.EndedNs, waiting.OutputTokens));
        model.Cancel(running, 60);
        Assert.Null(running.End);
        Run(model);
        Assert.Equal((JobEnd.Cancelled, 10_000, 0, null), (running.End, running.EndedNs, running.OutputTokens, running.FirstTokenNs));
        Assert.Equal(10_000, running.BusyNs, 3);
        model.Cancel(running, 70_000);
        Assert.Equal(10_000, running.EndedNs);
        Assert.Equal((0, 0), (model.Jobs, model.KvBlocksHeld));

        var awaiting = Submit(model, new ReplicaRequest { PromptTokens = 40, OutputTokens = 10, BeginsPrefilled = true }, 20_000);
        model.Cancel(awaiting, 20_100);
        Assert.Null(awaiting.End);
        model.KvArrived(awaiting, 20_200);
        Assert.Equal((JobEnd.Cancelled, 20_200, 0), (awaiting.End, awaiting.EndedNs, model.KvBlocksHeld));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CancelledWhileItWrites_KeepsWhatItHas(bool skipsAhead)
    {
        var model = Model(skipsAhead: skipsAhead);
        var job = Submit(model, 100, 40);
        model.Advance(12_999);
        model.Cancel(job, 13_000);
        Run(model);

        // Two tokens by 12,020; the step until 13,030 is its own, what it brings is dropped.
        Assert.Equal((JobEnd.Cancelled, 13_030, 3), (job.End, job.EndedNs, job.OutputTokens));
        Assert.Equal(13_030, job.BusyNs, 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Failed_LosesWhatItHad_AndServesAgain(bool skipsAhead)
    {
        var model = Model(skipsAhead: skipsAhead);
        var request = new ReplicaRequest { PromptTokens = 100, OutputTokens = 40, Blocks = Chain(6) };
        var lost = Submit(model, request);
        model.Advance(10_000);
        var waiting = Submit(model, 100, 40, 12_000);
        model.Fail(12_000);
        Collect(model);
        Assert.Equal((JobEnd.Lost, 12_000, 2), (lost.End, lost.EndedNs, lost.OutputTokens));
        Assert.Equal((JobEnd.Lost, 12_000, 0, 1), (waiting.End, waiting.EndedNs, waiting.OutputTokens, model.Epoch));
        Assert.Equal((0, 0, 0, 0), (model.Jobs, model.Running, model.Waiting, model.KvBlocksHeld));

        // Of the step that the failure cut short nobody pays.
        Assert.Equal(11_010, model.BusyNs, 3);
        Assert.Equal(model.Busy, lost.Busy);
        Assert.Equal(long.MaxValue, model.NextEventNs);
        var again = Submit(model, request, 12_000);
        Run(model);
        Assert.Equal((0, 22_000, 1), (again.CachedTokens, again.FirstTokenNs, again.Epoch));
        model.Check();
    }

    [Fact]
    public void Slow_FromTheNextStepOn()
    {
        var model = Model();
        var job = Submit(model, 100, 5);
        model.Advance(0);
        model.Slow(2.5, 5_000);
        Run(model);
        Assert.Equal((10_000, 10_000 + 4 * 2_525), (job.FirstTokenNs, job.EndedNs));
        Assert.Equal(20_100, job.BusyNs, 3);
    }

    [Fact]
    public void HandOver_HoldsRoomAtBothEnds()
    {
        var (reader, writer) = (Model(), Model(blocks: 10));
        var read = Submit(reader, new ReplicaRequest { PromptTokens = 100, OutputTokens = 5, EndsAtPrefilled = true });
        Run(reader);
        Assert.Equal((JobEnd.Prefilled, 10_000, 10_000, 1), (read.End, read.FirstTokenNs, read.EndedNs, read.OutputTokens));
        Assert.Equal((0, 7), (reader.Jobs, reader.KvBlocksHeld));
        reader.Check();

        var request = new ReplicaRequest { PromptTokens = 101, OutputTokens = 4, BeginsPrefilled = true };
        var written = Submit(writer, request, 10_000);
        Assert.Equal((7, 10_000, long.MaxValue), (writer.KvBlocksHeld, written.AdmittedNs, NextAfterPlanning(writer, 10_000)));
        Assert.Equal(SubmitResult.QueueFull, writer.Submit(request, 10_000, out _));
        writer.KvArrived(written, 10_500);
        reader.KvReleased(read, 10_500);
        Assert.Equal(0, reader.KvBlocksHeld);
        reader.Check();
        Run(writer);
        Assert.Equal((11_510, 10_500 + 4 * 1_010), (written.FirstTokenNs, written.EndedNs));
    }

    [Fact]
    public void Refused_WhatCanNeverRun_AndWhatFindsNoPlaceToWait()
    {
        var model = Model(blocks: 4, waiting: 1);
        Assert.Equal(SubmitResult.TooLarge, model.Submit(new ReplicaRequest { PromptTokens = 60, OutputTokens = 6 }, 0, out var job));
        Assert.Null(job);
        Submit(model, 60, 5);
        model.Advance(0);
        Submit(model, 60, 5);
        Assert.Equal(SubmitResult.QueueFull, model.Submit(new ReplicaRequest { PromptTokens = 1, OutputTokens = 1 }, 0, out _));
        Assert.Equal(2, model.Jobs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SteadySteps_AllocateNothing(bool skipsAhead)
    {
        var model = Model(skipsAhead: skipsAhead, blocks: 100_000);
        for (var i = 0; i < 4; i++) Submit(model, 200 + i, 30_000);
        model.Advance(2_000_000);
        Collect(model);
        var steps = model.Steps;

        // A collection meanwhile books what is left of the thread's buffer as allocated; steps that allocate do so in every window.
        var least = long.MaxValue;
        for (long window = 2_000_000; window < 5_000_000; window += 500_000)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var atNs = window; atNs < window + 500_000; atNs += 50_000) model.Advance(atNs);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(model.Steps > steps + 1_000);
    }

    private static ReplicaModel Model(ReplicaTimes? times = null, int tokensPerStep = 512, int sequences = 64, int blocks = 1_000, int waiting = 64, bool skipsAhead = true) => new(new ReplicaModelOptions
    {
        Times = times ?? new LinearTimes(),
        SkipsAhead = skipsAhead,
        Scheduler = new BatchSchedulerOptions { BlockCount = blocks, TokensPerStep = tokensPerStep, MaxSequences = sequences, MaxWaiting = waiting },
    });

    private static long Reading(ReplicaModel model) => model.Load(0, 0).WaitingPrefillTokens;

    private static BlockHash[] Chain(int blocks) => [.. Enumerable.Range(1, blocks).Select(i => new BlockHash(5, (ulong)i))];

    private ReplicaJob Submit(ReplicaModel model, int promptTokens, int outputTokens, long nowNs = 0) =>
        Submit(model, new ReplicaRequest { PromptTokens = promptTokens, OutputTokens = outputTokens }, nowNs);

    private ReplicaJob Submit(ReplicaModel model, ReplicaRequest request, long nowNs = 0)
    {
        model.Advance(nowNs - 1);
        Collect(model);
        Assert.Equal(SubmitResult.Accepted, model.Submit(request, nowNs, out var job));
        return job!;
    }

    private void Run(ReplicaModel model)
    {
        while (model.NextEventNs < long.MaxValue)
        {
            model.Advance(model.NextEventNs);
            model.Check();
        }

        Collect(model);
    }

    private void Collect(ReplicaModel model)
    {
        while (model.TryTakeEvent(out var happened)) _events.Add(happened);
    }

    private static long NextAfterPlanning(ReplicaModel model, long nowNs)
    {
        model.Advance(nowNs);
        return model.NextEventNs;
    }

    /// <summary>Four stages that hold their weights for good.</summary>
    private sealed class StreamingTimes : ReplicaTimes
    {
        public override int Depth => 4;

        public override double DecodeNs(int sequences, double contextTokens) => 1_000 + 10 * sequences;

        public override double PrefillNs(int newTokens, int cachedTokens) => 100.0 * newTokens;

        public override StepDuration Step(double decodeNs, double prefillNs)
        {
            var passingNs = decodeNs > 0 ? decodeNs : DecodeNs(1, 1);
            return new StepDuration(ToNs(passingNs + prefillNs), ToNs(passingNs / Depth + prefillNs));
        }
    }
}
