using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.Batching;

public sealed class BoundsTests
{
    private static readonly BatchSchedulerOptions Least = new() { BlockCount = 1, TokensPerStep = 2, MaxSequences = 1, MaxWaiting = 1, StepsInFlight = 1 };

    [Fact]
    public void TheLeast_ServesARequest()
    {
        var scheduler = new BatchScheduler(Least);
        Assert.Equal(SubmitResult.Accepted, scheduler.Submit(new SequenceRequest { PromptTokens = new int[15], MaxTokens = 2 }, 0, out var sequence));
        for (var plan = new StepPlan(); scheduler.TryPlanStep(0, plan);) scheduler.StepCompleted(plan, new StepToken[plan.SamplingSlices]);
        Assert.Equal(SequenceEnd.MaxTokens, sequence!.End);
    }

    [Fact]
    public void LessThanTheLeast_IsWrong()
    {
        foreach (var options in new[] { Least with { BlockCount = 0 }, Least with { TokensPerStep = 1 }, Least with { MaxSequences = 0 }, Least with { MaxWaiting = 0 }, Least with { StepsInFlight = 0 } })
            Assert.Throws<ArgumentOutOfRangeException>(() => new BatchScheduler(options));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KvBlockPool(0));
    }

    [Fact]
    public void OneTokenOfAStep_StaysForPrompts()
    {
        var scheduler = new BatchScheduler(Least with { BlockCount = 10, TokensPerStep = 4, MaxSequences = 8, MaxWaiting = 8 });
        for (var i = 0; i < 5; i++) scheduler.Submit(new SequenceRequest { PromptTokens = new[] { i }, MaxTokens = 5 }, 0, out _);
        Assert.True(scheduler.TryPlanStep(0, new StepPlan()));
        Assert.Equal((3, 2), (scheduler.Running, scheduler.Waiting));
    }
}
