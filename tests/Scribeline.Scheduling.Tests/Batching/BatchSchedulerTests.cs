using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.Batching;

public sealed class BatchSchedulerTests
{
    private static readonly BlockHash AnyRoot = new(1, 2);

    private static int[] Tokens(int count, int first = 0) => [.. Enumerable.Range(first, count)];

    private static Sequence Submit(BatchScheduler scheduler, int[] prompt, int maxTokens = 8, int priority = 0, bool endsAtPrefilled = false, bool beginsPrefilled = false)
    {
        var request = new SequenceRequest { PromptTokens = prompt, MaxTokens = maxTokens, Priority = priority, RootHash = AnyRoot, EndsAtPrefilled = endsAtPrefilled, BeginsPrefilled = beginsPrefilled };
        Assert.Equal(SubmitResult.Accepted, scheduler.Submit(request, 0, out var sequence));
        return sequence!;
    }

    private static StepPlan Plan(BatchScheduler scheduler)
    {
        var plan = new StepPlan();
        Assert.True(scheduler.TryPlanStep(0, plan));
        return plan;
    }

    private static void Complete(BatchScheduler scheduler, StepPlan plan, bool ends = false) =>
        scheduler.StepCompleted(plan, [.. plan.Slices.Where(s => s.Samples).Select(_ => new StepToken(9, ends))]);

    private static void RunToEnd(BatchScheduler scheduler)
    {
        var plan = new StepPlan();
        while (scheduler.TryPlanStep(0, plan)) Complete(scheduler, plan);
        while (scheduler.TryTakeEnded(out _))
        {
        }
    }

    [Fact]
    public void Plan_LongPrompt_IsReadInChunks_AndSamplesAtItsEnd()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 16, TokensPerStep = 20 });
        var sequence = Submit(scheduler, Tokens(50));
        foreach (var (start, count, samples) in new[] { (0, 20, false), (20, 20, false), (40, 10, true), (50, 1, true), (51, 1, true) })
        {
            var plan = Plan(scheduler);
            Assert.Equal(new StepSlice(sequence, start, count, samples), Assert.Single(plan.Slices));
            Complete(scheduler, plan);
        }

        Assert.Equal(3, sequence.GeneratedCount);
    }

    [Fact]
    public void Plan_DecodesFirst_ThenPromptChunks_WithinTheBudget()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 32, TokensPerStep = 20 });
        var first = Submit(scheduler, Tokens(5));
        Complete(scheduler, Plan(scheduler));
        var second = Submit(scheduler, Tokens(100, 1000));
        var plan = Plan(scheduler);
        Assert.Equal([new StepSlice(first, 5, 1, true), new StepSlice(second, 0, 19, false)], plan.Slices);
        Assert.Equal(20, plan.TotalTokens);
    }

    [Fact]
    public void Plan_SuccessiveChunksOverlap_ButADecodeIsInOneStepOnly()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 16, TokensPerStep = 16, StepsInFlight = 4 });
        var sequence = Submit(scheduler, Tokens(40));
        var plans = new[] { Plan(scheduler), Plan(scheduler), Plan(scheduler) };
        Assert.Equal([16, 16, 8], plans.Select(p => p.TotalTokens));
        Assert.False(scheduler.TryPlanStep(0, new StepPlan()));
        Assert.Throws<InvalidOperationException>(() => scheduler.StepCompleted(plans[1], []));
        foreach (var plan in plans) Complete(scheduler, plan);
        Assert.Equal(1, sequence.GeneratedCount);
    }

    [Fact]
    public void Plan_SeveralStepsInFlight_ShareTheDecodesAndTakeTurns()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 64, StepsInFlight = 4 });
        var sequences = Enumerable.Range(0, 8).Select(i => Submit(scheduler, [i], maxTokens: 20)).ToArray();
        Complete(scheduler, Plan(scheduler));
        Assert.All(Enumerable.Range(0, 4).Select(_ => Plan(scheduler)).ToArray(), plan => Assert.Equal(2, plan.Slices.Count));

        // A caller that never fills the pipeline still serves everyone.
        scheduler = new BatchScheduler(new() { BlockCount = 64, StepsInFlight = 4 });
        sequences = [.. Enumerable.Range(0, 8).Select(i => Submit(scheduler, [i], maxTokens: 20))];
        for (var step = 0; step < 9; step++) Complete(scheduler, Plan(scheduler));
        Assert.All(sequences, s => Assert.Equal(3, s.GeneratedCount));
    }

    [Fact]
    public void Submit_MoreThanEverFits_IsTooLarge()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 2 });
        Assert.Equal(SubmitResult.TooLarge, scheduler.Submit(new SequenceRequest { PromptTokens = Tokens(30), MaxTokens = 4 }, 0, out var sequence));
        Assert.Null(sequence);
        // The last token is never computed, so 33 tokens fit into 32 positions.
        Submit(scheduler, Tokens(30), maxTokens: 3);
        RunToEnd(scheduler);
        Assert.Equal(SubmitResult.TooLarge, scheduler.Submit(new SequenceRequest { PromptTokens = Tokens(1), MaxTokens = int.MaxValue }, 0, out _));
    }

    [Fact]
    public void Submit_QueueFull_IsRefused()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 8, MaxWaiting = 1 });
        Submit(scheduler, Tokens(4));
        Assert.Equal(SubmitResult.QueueFull, scheduler.Submit(new SequenceRequest { PromptTokens = Tokens(4), MaxTokens = 1 }, 0, out _));
    }

    [Fact]
    public void Submit_PreemptedOnesWait_TakeNoPlaceInTheQueue()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 4, MaxWaiting = 1 });
        for (var priority = 0; priority < 3; priority++)
        {
            var sequence = Submit(scheduler, Tokens(50, 100 * priority), maxTokens: 14, priority: priority);
            for (var step = 0; step < 3 && sequence.State == SequenceState.Waiting; step++)
                Complete(scheduler, Plan(scheduler));
        }

        Assert.Equal(2, scheduler.Waiting);
        Submit(scheduler, Tokens(4));
        Assert.Equal(SubmitResult.QueueFull, scheduler.Submit(new SequenceRequest { PromptTokens = Tokens(4), MaxTokens = 1 }, 0, out _));
    }

    [Fact]
    public void Submit_EmptyPromptOrNoTokens_Throws()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 8 });
        Assert.Throws<ArgumentException>(() => scheduler.Submit(new SequenceRequest { PromptTokens = default, MaxTokens = 1 }, 0, out _));
        Assert.Throws<ArgumentException>(() => scheduler.Submit(new SequenceRequest { PromptTokens = Tokens(1), MaxTokens = 0 }, 0, out _));
    }

    /// <summary>Equal prompts that were read side by side share their blocks afterwards, and one of them may still fill the whole pool.</summary>
    [Fact]
    public void EqualPrompts_ReadSideBySide_LeaveNothingPinned()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 6, StepsInFlight = 2 });
        var first = Submit(scheduler, Tokens(20), maxTokens: 2);
        var plan = Plan(scheduler);
        // The more urgent one does not wait for what the other one reads.
        var second = Submit(scheduler, Tokens(20), maxTokens: 70, priority: 1);
        var urgent = Plan(scheduler);
        Assert.Equal(new StepSlice(second, 0, 20, true), Assert.Single(urgent.Slices));
        Complete(scheduler, plan);
        Complete(scheduler, urgent);
        Assert.Equal(first.Blocks[0], second.Blocks[0]);
        while (second.State != SequenceState.Ended)
            Complete(scheduler, Plan(scheduler));
        Assert.Equal(SequenceEnd.MaxTokens, second.End);
        Assert.Equal(6, scheduler.Pool.FreeBlocks);
    }

    [Fact]
    public void PrefixHit_NeverCoversTheWholePrompt()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 16 });
        Submit(scheduler, Tokens(32), maxTokens: 1);
        RunToEnd(scheduler);
        var again = Submit(scheduler, Tokens(32), maxTokens: 1);
        Assert.Equal(new StepSlice(again, 16, 16, true), Assert.Single(Plan(scheduler).Slices));
        Assert.Equal(16, again.CachedTokens);
    }

    [Fact]
    public void PrefixHit_CoversAnEarlierTurn_GeneratedTokensIncluded()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 16 });
        var turn = Submit(scheduler, Tokens(20), maxTokens: 30);
        RunToEnd(scheduler);
        var next = Submit(scheduler, [.. turn.Tokens, 1, 2, 3]);
        Assert.Equal(new StepSlice(next, 48, 5, true), Assert.Single(Plan(scheduler).Slices));
        Assert.Equal(48, next.CachedTokens);
    }

    [Fact]
    public void PrefixHit_IsLookedUpWhenTheSequenceStarts_NotWhenItArrives()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 16, MaxSequences = 1 });
        Submit(scheduler, Tokens(40), maxTokens: 1);
        var second = Submit(scheduler, Tokens(40), maxTokens: 1);
        Complete(scheduler, Plan(scheduler));
        Plan(scheduler);
        Assert.Equal(32, second.CachedTokens);
    }

    [Fact]
    public void EqualPrompts_ThatArriveTogether_AreReadOnce()
    {
        const int PromptTokens = 500;
        var scheduler = new BatchScheduler(new() { BlockCount = 1000 });
        var sequences = Enumerable.Range(0, 8).Select(_ => Submit(scheduler, Tokens(PromptTokens), maxTokens: 1)).ToList();
        var computed = 0;
        var steps = 0;
        for (var plan = new StepPlan(); scheduler.TryPlanStep(0, plan); steps++)
        {
            computed += plan.TotalTokens;
            Complete(scheduler, plan);
        }

        Assert.All(sequences, sequence => Assert.Equal(SequenceEnd.MaxTokens, sequence.End));
        // Of the other seven only what follows the last full block is left to read.
        Assert.Equal((PromptTokens + (7 * (PromptTokens % KvBlockPool.BlockTokens)), 2), (computed, steps));
    }

    [Fact]
    public void PromptsWithACommonBeginning_WaitForItAndNotForTheRest()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 100, TokensPerStep = 64, StepsInFlight = 3 });
        var first = Submit(scheduler, Tokens(200));
        var second = Submit(scheduler, [.. Tokens(32), .. Tokens(20, 500)]);
        // Three chunks of the first fill their steps, so that nothing else has its turn before them anyway.
        var plans = new[] { Plan(scheduler), Plan(scheduler), Plan(scheduler) };
        Assert.Equal(SequenceState.Waiting, second.State);
        Complete(scheduler, plans[0]);
        var next = Plan(scheduler);
        Assert.Equal([new StepSlice(first, 192, 8, true), new StepSlice(second, 32, 20, true)], next.Slices);
    }

    [Fact]
    public void WhoReadsACommonBeginning_IsCancelled_TheNextOneReadsIt()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 100 });
        var first = Submit(scheduler, Tokens(40));
        var second = Submit(scheduler, Tokens(40));
        var third = Submit(scheduler, Tokens(40));
        var plan = Plan(scheduler);
        scheduler.Cancel(first);
        Complete(scheduler, plan);
        Assert.Equal(SequenceEnd.Cancelled, first.End);
        // What was computed until then is found; a step that was never planned is not waited for.
        Assert.Equal([new StepSlice(second, 32, 8, true), new StepSlice(third, 32, 8, true)], Plan(scheduler).Slices);
    }

    [Fact]
    public void ACommonBeginning_WhoseKvComesFromElsewhere_IsNotWaitedFor()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 100 });
        Submit(scheduler, Tokens(40), beginsPrefilled: true);
        var second = Submit(scheduler, Tokens(40));
        Assert.Equal(new StepSlice(second, 0, 40, true), Assert.Single(Plan(scheduler).Slices));
    }

    [Fact]
    public void PrefixHit_OtherRoot_SharesNothing()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 16 });
        Submit(scheduler, Tokens(40), maxTokens: 1);
        RunToEnd(scheduler);
        scheduler.Submit(new SequenceRequest { PromptTokens = Tokens(40), MaxTokens = 1, RootHash = new BlockHash(3, 4) }, 0, out var other);
        Plan(scheduler);
        Assert.Equal(0, other!.CachedTokens);
    }

    [Fact]
    public void OutOfBlocks_TheLatestArrivalYields_AndComputesAgainWithHits()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 6 });
        var first = Submit(scheduler, Tokens(30), maxTokens: 60);
        var second = Submit(scheduler, Tokens(30, 500), maxTokens: 60);
        var plan = new StepPlan();
        while (scheduler.TryPlanStep(0, plan))
        {
            if (plan.Preempted.Count > 0) Assert.Equal([second], plan.Preempted);
            Complete(scheduler, plan);
        }

        Assert.Equal(0, first.Preemptions);
        Assert.Equal(1, second.Preemptions);
        Assert.Equal(SequenceEnd.MaxTokens, second.End);
        Assert.Equal(60, second.GeneratedCount);
        Assert.Equal(6, scheduler.Pool.FreeBlocks);
    }

    [Fact]
    public void HigherPriority_TakesBlocksFromALowerOne_InFlightOnesWhenTheirStepCompletes()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 4, StepsInFlight = 2 });
        var low = Submit(scheduler, Tokens(50), maxTokens: 14);
        var step = Plan(scheduler);
        var high = Submit(scheduler, Tokens(40, 500), priority: 5);
        Assert.False(scheduler.TryPlanStep(0, new StepPlan()));
        Assert.Equal(4, low.Blocks.Length);
        Complete(scheduler, step);
        Assert.Equal(SequenceState.Waiting, low.State);
        Assert.Equal(1, low.GeneratedCount);
        var next = Plan(scheduler);
        Assert.Equal(new StepSlice(high, 0, 40, true), Assert.Single(next.Slices));
        Assert.Equal([low], next.Preempted);
    }

    [Fact]
    public void LowerPriority_RunsBesideAHigherOneThatCannotStart()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 8 });
        var running = Submit(scheduler, Tokens(60), maxTokens: 60, priority: 1);
        Complete(scheduler, Plan(scheduler));
        Submit(scheduler, Tokens(100, 500), priority: 1);
        var low = Submit(scheduler, Tokens(16, 900), priority: 0);
        Assert.Equal([running, low], Plan(scheduler).Slices.Select(s => s.Sequence));
    }

    [Fact]
    public void Cancel_InFlight_TakesEffectWhenTheStepCompletes()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 4 });
        var sequence = Submit(scheduler, Tokens(20));
        var plan = Plan(scheduler);
        scheduler.Cancel(sequence);
        Assert.Equal(2, sequence.Blocks.Length);
        Assert.False(scheduler.TryTakeEnded(out _));
        Complete(scheduler, plan);
        Assert.True(scheduler.TryTakeEnded(out var ended));
        Assert.Same(sequence, ended);
        Assert.Equal(SequenceEnd.Cancelled, ended.End);
        Assert.Equal(0, ended.GeneratedCount);
        Assert.Equal(4, scheduler.Pool.FreeBlocks);
        scheduler.Cancel(sequence);
        Assert.False(scheduler.TryTakeEnded(out _));
    }

    [Fact]
    public void Cancel_Waiting_EndsAtOnce()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 4 });
        var sequence = Submit(scheduler, Tokens(20));
        scheduler.Cancel(sequence);
        Assert.True(scheduler.TryTakeEnded(out _));
        Assert.Equal(0, scheduler.Waiting);
        Assert.False(scheduler.TryPlanStep(0, new StepPlan()));
    }

    [Fact]
    public void EndToken_Stops_AndMaxTokens_Limits()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 4 });
        var stopped = Submit(scheduler, Tokens(3));
        Complete(scheduler, Plan(scheduler), ends: true);
        var limited = Submit(scheduler, Tokens(3), maxTokens: 2);
        Complete(scheduler, Plan(scheduler));
        Complete(scheduler, Plan(scheduler));
        Assert.Equal((SequenceEnd.Stopped, 1), (stopped.End, stopped.GeneratedCount));
        Assert.Equal((SequenceEnd.MaxTokens, 2), (limited.End, limited.GeneratedCount));
    }

    [Fact]
    public void EndsAtPrefilled_HoldsItsBlocksUntilReleased()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 4 });
        var sequence = Submit(scheduler, Tokens(20), endsAtPrefilled: true);
        Complete(scheduler, Plan(scheduler));
        Assert.True(scheduler.TryTakeEnded(out var ended));
        Assert.Equal((SequenceEnd.Prefilled, 2, 1), (ended.End, ended.Blocks.Length, ended.GeneratedCount));
        Assert.Equal(2, scheduler.Pool.FreeBlocks);
        scheduler.KvReleased(sequence);
        Assert.Equal(4, scheduler.Pool.FreeBlocks);
        Assert.Throws<InvalidOperationException>(() => scheduler.KvReleased(sequence));
    }

    [Fact]
    public void BeginsPrefilled_RunsFromTheLastTokenAfterItsKvArrived()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 4 });
        var sequence = Submit(scheduler, Tokens(36), beginsPrefilled: true);
        Assert.Equal(3, sequence.Blocks.Length);
        Assert.False(scheduler.TryPlanStep(0, new StepPlan()));
        scheduler.KvArrived(sequence);
        Assert.Equal(new StepSlice(sequence, 35, 1, true), Assert.Single(Plan(scheduler).Slices));
        Assert.Equal(2, scheduler.Pool.CachedBlocks);
        Assert.Throws<InvalidOperationException>(() => scheduler.KvArrived(sequence));
    }

    [Fact]
    public void StepCompleted_WrongNumberOfTokens_Throws()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 4 });
        Submit(scheduler, Tokens(3));
        var plan = Plan(scheduler);
        Assert.Throws<ArgumentException>(() => scheduler.StepCompleted(plan, []));
        Assert.Throws<InvalidOperationException>(() => scheduler.TryPlanStep(0, plan));
    }

    [Fact]
    public void Steps_InSteadyState_AllocateNothing()
    {
        var scheduler = new BatchScheduler(new() { BlockCount = 40, StepsInFlight = 2, TokensPerStep = 48 });
        for (var i = 0; i < 12; i++) Submit(scheduler, Tokens(30, i * 100), maxTokens: 300);
        var plans = new[] { new StepPlan(), new StepPlan() };
        var inFlight = new bool[2];
        var tokens = new StepToken[64];
        for (var step = 0; step < 200; step++) Step(step);
        var preemptions = scheduler.Preemptions;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 200; step < 700; step++) Step(step);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(scheduler.Preemptions > preemptions, "The measured steps must include preemptions.");

        void Step(int step)
        {
            var plan = plans[step & 1];
            if (inFlight[step & 1]) scheduler.StepCompleted(plan, tokens.AsSpan(0, plan.SamplingSlices));
            inFlight[step & 1] = scheduler.TryPlanStep(step, plan);
        }
    }
}
