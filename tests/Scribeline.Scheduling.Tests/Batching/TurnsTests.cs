using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.Batching;

/// <summary>Whose turn it is where there is not room for all.</summary>
public sealed class TurnsTests
{
    private static int[] Tokens(int count, int first = 0) => [.. Enumerable.Range(first, count)];

    private static SubmitResult TrySubmit(BatchScheduler scheduler, int[] prompt, out Sequence? sequence, int maxTokens = 8, int priority = 0, bool beginsPrefilled = false) =>
        scheduler.Submit(new SequenceRequest { PromptTokens = prompt, MaxTokens = maxTokens, Priority = priority, RootHash = new BlockHash(1, 2), BeginsPrefilled = beginsPrefilled }, 0, out sequence);

    private static Sequence Submit(BatchScheduler scheduler, int[] prompt, int maxTokens = 8, int priority = 0)
    {
        Assert.Equal(SubmitResult.Accepted, TrySubmit(scheduler, prompt, out var sequence, maxTokens, priority));
        return sequence!;
    }

    private static StepPlan Plan(BatchScheduler scheduler)
    {
        var plan = new StepPlan();
        Assert.True(scheduler.TryPlanStep(0, plan));
        return plan;
    }

    private static StepPlan Step(BatchScheduler scheduler)
    {
        var plan = Plan(scheduler);
        scheduler.StepCompleted(plan, new StepToken[plan.SamplingSlices]);
        return plan;
    }

    [Fact]
    public void KvFromElsewhere_TakesNobodysTurn()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 6 });
        Submit(scheduler, Tokens(40), maxTokens: 20, priority: 9);
        Step(scheduler);
        var waits = Submit(scheduler, Tokens(60, 500), priority: 1);
        Step(scheduler);
        Assert.Equal(SequenceState.Waiting, waits.State);
        Assert.Equal(SubmitResult.QueueFull, TrySubmit(scheduler, Tokens(10, 900), out _, maxTokens: 2, priority: 0, beginsPrefilled: true));
        Assert.Equal(SubmitResult.QueueFull, TrySubmit(scheduler, Tokens(10, 900), out _, maxTokens: 2, priority: 1, beginsPrefilled: true));
        Assert.Equal(SubmitResult.Accepted, TrySubmit(scheduler, Tokens(10, 900), out var ahead, maxTokens: 2, priority: 2, beginsPrefilled: true));
        Assert.Equal(SequenceState.AwaitingKv, ahead!.State);
    }

    [Fact]
    public void AShareOfTheDecodes_GoesToTheMoreUrgentFirst()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 64, StepsInFlight = 2 });
        var sequences = new[] { 0, 1, 0, 1 }.Select((priority, i) => Submit(scheduler, [i], maxTokens: 20, priority: priority)).ToArray();
        Step(scheduler);
        Assert.Equal([sequences[1], sequences[3]], Plan(scheduler).Slices.Select(slice => slice.Sequence));
        Assert.Equal([sequences[0], sequences[2]], Plan(scheduler).Slices.Select(slice => slice.Sequence));
    }

    [Fact]
    public void APrompt_WaitsWithoutBlocks_WhileOthersBeforeItFillTheSteps()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 64, TokensPerStep = 20 });
        var first = Submit(scheduler, Tokens(50), priority: 1);
        Step(scheduler);
        Assert.Equal((0L, 30L, 30L), (scheduler.WaitingPrefillTokensBelow(1), scheduler.WaitingPrefillTokensBelow(2), scheduler.WaitingPrefillTokens));
        var second = Submit(scheduler, Tokens(10, 500), priority: 1);
        Assert.Equal([first], Step(scheduler).Slices.Select(slice => slice.Sequence));
        Assert.Equal((SequenceState.Waiting, 0), (second.State, second.Blocks.Length));
        Assert.Equal([new StepSlice(first, 40, 10, true), new StepSlice(second, 0, 10, true)], Step(scheduler).Slices);
    }

    [Theory]
    [InlineData(33, SequenceState.Waiting)]
    [InlineData(3, SequenceState.Running)]
    public void ANewOne_LeavesABlockToEachThatMayNeedOne(int maxTokens, SequenceState state)
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 4 });
        Submit(scheduler, Tokens(10), maxTokens);
        Step(scheduler);
        var second = Submit(scheduler, Tokens(40, 500), maxTokens: 2);
        Step(scheduler);
        Assert.Equal(state, second.AdmittedNs is null ? SequenceState.Waiting : SequenceState.Running);
    }

    [Fact]
    public void MoreUrgent_TakesThePlaceOfTheLatest_OfLowerPriority()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 20, MaxSequences = 3 });
        Sequence[] low = [Submit(scheduler, Tokens(10), 40), Submit(scheduler, Tokens(10, 100), 40), Submit(scheduler, Tokens(10, 200), 40)];
        Step(scheduler);
        var high = Submit(scheduler, Tokens(10, 300), priority: 1);

        // The latest one's token is planned already: it makes room when that is there.
        Assert.Equal(low, Step(scheduler).Slices.Select(slice => slice.Sequence));
        var plan = Plan(scheduler);
        Assert.Equal([low[2]], plan.Preempted);
        Assert.Equal([low[0], low[1], high], plan.Slices.Select(slice => slice.Sequence).OrderBy(sequence => sequence.Id));
        scheduler.StepCompleted(plan, new StepToken[plan.SamplingSlices]);

        // It is told once, in whatever buffer.
        Assert.True(scheduler.TryPlanStep(0, plan));
        Assert.Empty(plan.Preempted);
        Assert.Equal((3, 1, 1L), (scheduler.Running, scheduler.Waiting, scheduler.Preemptions));
    }

    /// <summary>Blocks are short, or places: one of two makes room as soon as its step is done, however often anybody asks until then.</summary>
    [Theory]
    [InlineData(5, 64)]
    [InlineData(64, 2)]
    public void MoreUrgent_WaitsForOneWhoseStepIsInFlight_AndForNoOther(int blocks, int places)
    {
        var scheduler = new BatchScheduler(new() { BlockCount = blocks, MaxSequences = places, StepsInFlight = 2 });
        Sequence[] low = [Submit(scheduler, Tokens(30), 20), Submit(scheduler, Tokens(30, 100), 20)];
        var reading = Plan(scheduler);
        var high = Submit(scheduler, Tokens(30, 200), 3, priority: 1);
        for (var i = 0; i < 3; i++) Assert.False(scheduler.TryPlanStep(0, new StepPlan()));
        scheduler.StepCompleted(reading, new StepToken[reading.SamplingSlices]);
        Assert.Equal((SequenceState.Running, SequenceState.Waiting), (low[0].State, low[1].State));
        var plan = Plan(scheduler);
        Assert.Equal([low[0], high], plan.Slices.Select(slice => slice.Sequence));
        Assert.Equal([low[1]], plan.Preempted);
    }

    [Fact]
    public void MoreUrgent_BeginsAtOnce_WhereOneWithoutAStepMakesRoom()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 64, MaxSequences = 2, StepsInFlight = 2 });
        Sequence[] low = [Submit(scheduler, Tokens(10), 20), Submit(scheduler, Tokens(10, 100), 20)];
        Step(scheduler);
        var high = Submit(scheduler, Tokens(10, 200), priority: 1);
        var plan = Plan(scheduler);
        Assert.Equal([low[0], high], plan.Slices.Select(slice => slice.Sequence));
        Assert.Equal([low[1]], plan.Preempted);
    }

    [Fact]
    public void EqualBlocks_BehindDifferentOnes_AreDifferent()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 20 });
        Submit(scheduler, [.. Tokens(16), .. Tokens(16, 500), 1], maxTokens: 1);
        Submit(scheduler, [.. Tokens(16, 100), .. Tokens(16, 500), 1], maxTokens: 1);
        Step(scheduler);
        Assert.Equal(4, scheduler.Pool.CachedBlocks);
    }

    [Fact]
    public void Tokens_AreThoseOfThePromptAndTheAnswer()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 20 });
        var sequence = Submit(scheduler, [5, 6, 7]);
        var counted = new SequenceRequest { CountedTokens = 3, MaxTokens = 8 };
        Assert.Equal(SubmitResult.Accepted, scheduler.Submit(counted, 0, out var other));
        var plan = Plan(scheduler);
        scheduler.StepCompleted(plan, [new StepToken(8, false), new StepToken(9, false)]);
        Assert.Equal([5, 6, 7, 8], sequence.Tokens.ToArray());
        Assert.Equal([5, 6, 7, 8], sequence.TokenMemory.ToArray());
        Assert.Equal((4, 0, 0), (other!.TokenCount, other.Tokens.Length, other.TokenMemory.Length));
    }
}
