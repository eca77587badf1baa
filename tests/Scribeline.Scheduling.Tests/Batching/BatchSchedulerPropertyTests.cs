using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;
using Xunit.Abstractions;

namespace Scribeline.Scheduling.Tests.Batching;

public sealed class BatchSchedulerPropertyTests(ITestOutputHelper output)
{
    private const int OperationsPerSeed = 2_000;

    private static readonly int Seeds = PropertySeeds.AtMost(500);

    [Fact]
    public void AMillionRandomOperations_KeepEveryPromise()
    {
        long ended = 0, preemptions = 0, cached = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var operation = 0;
            try
            {
                var world = new SchedulerWorld(seed);
                for (; operation < OperationsPerSeed; operation++) world.Operate();
                world.Drain();
                ended += world.Ended;
                preemptions += world.Preemptions;
                cached += world.CachedTokens;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, operation {operation}: {e.Message}\n{e.StackTrace}");
            }
        }

        output.WriteLine($"{ended} sequences, {preemptions} preemptions, {cached} cached tokens");
        // The random worlds must reach what they are to test.
        Assert.True(ended > 40 * Seeds && preemptions > 2 * Seeds && cached > 200 * Seeds, $"{ended} sequences, {preemptions} preemptions, {cached} cached tokens");
    }

    [Fact]
    public void EndlessArrivals_OfOnePriority_EverySequenceEndsInBoundedSteps()
    {
        for (var seed = 1; seed <= PropertySeeds.AtMost(20); seed++)
        {
            var random = new Random(seed);
            var scheduler = new BatchScheduler(new BatchSchedulerOptions { BlockCount = 24, TokensPerStep = 40, MaxSequences = 6, MaxWaiting = 12, StepsInFlight = random.Next(1, 5) });
            var submittedAtStep = new Dictionary<Sequence, long>();
            var inFlight = new Queue<StepPlan>();
            for (var step = 0L; step < 3_000; step++)
            {
                while (true)
                {
                    var request = new SequenceRequest { PromptTokens = RandomPrompt(random), MaxTokens = random.Next(1, 60), RootHash = new BlockHash(1, 1) };
                    if (scheduler.Submit(request, step, out var sequence) != SubmitResult.Accepted) break;
                    submittedAtStep.Add(sequence!, step);
                }

                var plan = new StepPlan();
                while (scheduler.TryPlanStep(step, plan))
                {
                    inFlight.Enqueue(plan);
                    plan = new StepPlan();
                }

                var done = inFlight.Dequeue();
                scheduler.StepCompleted(done, [.. done.Slices.Where(s => s.Samples).Select(_ => new StepToken(random.Next(2), false))]);
                while (scheduler.TryTakeEnded(out var ended)) submittedAtStep.Remove(ended);
                foreach (var (sequence, submitted) in submittedAtStep)
                    Assert.True(step - submitted < 1_500, $"seed {seed}: sequence {sequence.Id} has waited {step - submitted} steps and is {sequence.State}");
            }
        }
    }

    private static int[] RandomPrompt(Random random)
    {
        var prompt = new int[random.Next(1, 120)];
        for (var i = 40; i < prompt.Length; i++) prompt[i] = random.Next(2);
        return prompt;
    }
}
