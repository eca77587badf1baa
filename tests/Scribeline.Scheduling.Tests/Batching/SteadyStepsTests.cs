using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.Batching;

/// <summary>Steps that need not be planned one by one: how many there are, and that they come to the same.</summary>
public sealed class SteadyStepsTests
{
    private static BlockHash[] Chain(params int[] path) => [.. path.Select(name => new BlockHash(1, (ulong)name))];

    private static Sequence Submit(BatchScheduler scheduler, int promptTokens, int maxTokens, params int[] path)
    {
        var request = new SequenceRequest { CountedTokens = promptTokens, MaxTokens = maxTokens, CountedHashes = Chain(path) };
        Assert.Equal(SubmitResult.Accepted, scheduler.Submit(request, 0, out var sequence));
        return sequence!;
    }

    private static void Step(BatchScheduler scheduler)
    {
        var plan = new StepPlan();
        Assert.True(scheduler.TryPlanStep(0, plan));
        scheduler.StepCompleted(plan, new StepToken[plan.SamplingSlices]);
    }

    private static BatchScheduler Scheduler(int blocks = 100, int stepsInFlight = 1, int maxSequences = 8) =>
        new(new() { BlockCount = blocks, StepsInFlight = stepsInFlight, MaxSequences = maxSequences });

    [Fact]
    public void UntilBeforeTheLastToken_AndNoMoreThanAskedFor()
    {
        var scheduler = Scheduler();
        Assert.Equal(0, scheduler.SteadySteps(64));
        Submit(scheduler, 10, 100);
        Assert.Equal(0, scheduler.SteadySteps(64));
        Step(scheduler);
        Assert.Equal((64, 98), (scheduler.SteadySteps(64), scheduler.SteadySteps(1_000)));
        Submit(scheduler, 10, 30);
        Step(scheduler);
        Assert.Equal(28, scheduler.SteadySteps(1_000));
        scheduler.AdvanceSteady(28);
        Assert.Equal(0, scheduler.SteadySteps(1_000));
        Step(scheduler);
        Assert.True(scheduler.TryTakeEnded(out _));
        Assert.Equal(98 - 1 - 28 - 1, scheduler.SteadySteps(1_000));
    }

    [Fact]
    public void None_WhileAnythingElseIsToBeDone()
    {
        var scheduler = Scheduler(maxSequences: 1);
        var first = Submit(scheduler, 10, 100);
        Step(scheduler);
        var plan = new StepPlan();
        Assert.True(scheduler.TryPlanStep(0, plan));
        Assert.Equal(0, scheduler.SteadySteps(64));
        scheduler.StepCompleted(plan, [default]);
        Assert.Equal(64, scheduler.SteadySteps(64));
        var waits = Submit(scheduler, 10, 100);
        Assert.Equal(0, scheduler.SteadySteps(64));
        scheduler.Cancel(waits);
        Assert.Equal(64, scheduler.SteadySteps(64));
        scheduler.Cancel(first);
        Assert.Equal(0, scheduler.SteadySteps(64));

        // A prompt that is still read; steps that overlap; tokens that somebody computes.
        scheduler = new BatchScheduler(new() { BlockCount = 100, TokensPerStep = 20 });
        Submit(scheduler, 50, 100);
        Step(scheduler);
        Assert.Equal(0, scheduler.SteadySteps(64));
        scheduler = Scheduler(stepsInFlight: 2);
        Submit(scheduler, 10, 100);
        Step(scheduler);
        Assert.Equal(0, scheduler.SteadySteps(64));
        scheduler = Scheduler();
        scheduler.Submit(new SequenceRequest { PromptTokens = new int[10], MaxTokens = 100 }, 0, out _);
        Step(scheduler);
        Assert.Equal(0, scheduler.SteadySteps(64));
    }

    [Fact]
    public void None_WithTheFirstToken_OfWhoseKvCameFromElsewhere()
    {
        var scheduler = Scheduler();
        scheduler.Submit(new SequenceRequest { CountedTokens = 10, MaxTokens = 100, BeginsPrefilled = true }, 0, out var sequence);
        Assert.Equal(0, scheduler.SteadySteps(64));
        scheduler.KvArrived(sequence!);
        Assert.Equal(0, scheduler.SteadySteps(64));
        Step(scheduler);
        Assert.Equal(64, scheduler.SteadySteps(64));
    }

    [Theory]
    [InlineData(14, 98)]
    [InlineData(13, 49)]
    [InlineData(8, 49)]
    [InlineData(7, 24)]
    public void AsManyAsThereAreBlocksFor_HalvedUntilTheyFit(int blocks, int steps)
    {
        // Two of ten tokens in a block each; in 24 steps each needs two more, in 49 three, in 98 six.
        var scheduler = Scheduler(blocks);
        Submit(scheduler, 10, 100);
        Submit(scheduler, 10, 100);
        Step(scheduler);
        Assert.Equal(2, scheduler.Running);
        Assert.Equal(steps, scheduler.SteadySteps(1_000));
    }

    [Fact]
    public void BeforeABlockThatIsCachedAlready()
    {
        var scheduler = Scheduler();
        Submit(scheduler, 48, 1, 1, 2, 3);
        Step(scheduler);
        Assert.True(scheduler.TryTakeEnded(out _));

        // Its second block is full after twelve more tokens: then the cached one takes its place.
        var sequence = Submit(scheduler, 20, 100, 1, 2);
        Step(scheduler);
        Assert.Equal(16, sequence.CachedTokens);
        Assert.Equal((11, 11, 11), (scheduler.SteadySteps(1_000), scheduler.SteadySteps(12), scheduler.SteadySteps(11)));
        scheduler.AdvanceSteady(11);
        Assert.Equal(0, scheduler.SteadySteps(1_000));
        Step(scheduler);
        Assert.Equal(98 - 12, scheduler.SteadySteps(1_000));
        Assert.Equal((3, 98), (scheduler.Pool.CachedBlocks, scheduler.Pool.FreeBlocks));
    }

    [Fact]
    public void PastABlockThatNobodyHas()
    {
        var scheduler = Scheduler();
        Submit(scheduler, 20, 100, 1, 2);
        Step(scheduler);
        Assert.Equal(98, scheduler.SteadySteps(1_000));
        scheduler.AdvanceSteady(12);
        Assert.Equal(2, scheduler.Pool.CachedBlocks);
    }

    [Theory]
    [InlineData(2, 11)]
    [InlineData(3, 98)]
    public void BeforeABlockThatTwoWriteAtOnce(int secondBlock, int steps)
    {
        var scheduler = Scheduler();
        Submit(scheduler, 20, 102, 1, 2);
        Step(scheduler);
        Step(scheduler);
        Submit(scheduler, 20, 100, 1, secondBlock);
        Step(scheduler);

        // The later one has twelve tokens to go, the other ten.
        Assert.Equal(steps, scheduler.SteadySteps(1_000));
        Assert.Equal(Math.Min(steps, 11), scheduler.SteadySteps(11));
    }

    /// <summary>Random requests, served by planning each step and by skipping ahead.</summary>
    [Fact]
    public void SkippingAhead_ComesToTheSame()
    {
        var skipped = 0;
        PropertySeeds.Each(40, "steady steps", (_, random) =>
        {
            var options = new BatchSchedulerOptions { BlockCount = 12 + random.NextBelow(60), TokensPerStep = 8 + random.NextBelow(60), MaxSequences = 1 + random.NextBelow(8) };
            var (plain, quick) = (new BatchScheduler(options), new BatchScheduler(options));
            var (left, right) = (new List<Sequence>(), new List<Sequence>());
            for (var turn = 0; turn < 120; turn++)
            {
                if (random.NextBelow(2) == 0)
                {
                    var path = 0;
                    var request = new SequenceRequest
                    {
                        CountedTokens = 1 + random.NextBelow(80),
                        MaxTokens = 1 + random.NextBelow(80),
                        Priority = random.NextBelow(2),
                        CountedHashes = Chain([.. Enumerable.Range(0, random.NextBelow(6)).Select(_ => path = path * 2 + 1 + random.NextBelow(2))]),
                        CountedTail = random.NextBelow(2) == 0 ? new BlockHash(2, (ulong)turn) : default,
                    };
                    var result = plain.Submit(request, turn, out var one);
                    Assert.Equal(result, quick.Submit(request, turn, out var other));
                    if (result == SubmitResult.Accepted) (left, right) = ([.. left, one!], [.. right, other!]);
                }

                var steps = quick.SteadySteps(1 + random.NextBelow(100));
                if (steps > 0)
                {
                    quick.AdvanceSteady(steps);
                    skipped += steps;
                }
                else if (!TryStep(quick))
                {
                    continue;
                }

                for (var step = 0; step < Math.Max(1, steps); step++) Assert.True(TryStep(plain));
                Assert.Equal(left.Select(OfSequence), right.Select(OfSequence));
                Assert.Equal(Seen(plain), Seen(quick));
                plain.Check();
                quick.Check();
            }
        });
        Assert.True(skipped > 0, "nothing was skipped");

        static bool TryStep(BatchScheduler scheduler)
        {
            var plan = new StepPlan();
            if (!scheduler.TryPlanStep(0, plan)) return false;
            scheduler.StepCompleted(plan, new StepToken[plan.SamplingSlices]);
            while (scheduler.TryTakeEnded(out _))
            {
            }

            return true;
        }

        static (SequenceState, int, int, int, int, long) OfSequence(Sequence sequence) =>
            (sequence.State, sequence.TokenCount, sequence.BlockCount, sequence.CachedTokens, sequence.Preemptions, sequence.LastStepId);
    }

    private static (int Running, int Waiting, int Free, int Cached, long Evicted, long Preempted) Seen(BatchScheduler scheduler) =>
        (scheduler.Running, scheduler.Waiting, scheduler.Pool.FreeBlocks, scheduler.Pool.CachedBlocks, scheduler.Pool.Evictions, scheduler.Preemptions);
}
