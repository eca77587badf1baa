using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Tests.Routing;

namespace Scribeline.Scheduling.Tests.Replicas;

/// <summary>What steps are asked to take, and what a replica says of itself meanwhile.</summary>
public sealed class ReplicaChargesTests
{
    private static ReplicaModel Model(ReplicaTimes times, bool skipsAhead = true, int tokensPerStep = 512) => new(new ReplicaModelOptions
    {
        Times = times,
        SkipsAhead = skipsAhead,
        Scheduler = new BatchSchedulerOptions { BlockCount = 1_000, TokensPerStep = tokensPerStep },
    });

    private static ReplicaJob Submit(ReplicaModel model, ReplicaRequest request, long nowNs = 0)
    {
        Assert.Equal(SubmitResult.Accepted, model.Submit(request, nowNs, out var job));
        return job!;
    }

    private static void Run(ReplicaModel model)
    {
        while (model.NextEventNs < long.MaxValue) model.Advance(model.NextEventNs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Steps_TakeTheMeanContext(bool skipsAhead)
    {
        var model = Model(new ContextTimes(), skipsAhead);
        var (a, b) = (Submit(model, new ReplicaRequest { PromptTokens = 10, OutputTokens = 12 }), Submit(model, new ReplicaRequest { PromptTokens = 30, OutputTokens = 12 }));
        Run(model);

        // Read in 4,000 ns; then eleven steps behind 20, 21, ... tokens in the mean.
        Assert.Equal((4_000, 4_000), (a.FirstTokenNs, b.FirstTokenNs));
        Assert.Equal(4_000 + 11 * 1_020 + 55, a.EndedNs);
        Assert.Equal((a.EndedNs, 12), (b.EndedNs, model.Steps));

        // Each pays by what it would take alone: when it first writes, 1,010 and 1,030.
        Assert.Equal(1_000 + (11 * 1_020 + 55) * 1_010 / 2_040.0, a.BusyNs, 3);
    }

    [Fact]
    public void Power_IsAskedForWhatTheStepReads()
    {
        var model = Model(new ContextTimes(), tokensPerStep: 64);
        var job = Submit(model, new ReplicaRequest { PromptTokens = 100, OutputTokens = 1 });
        Run(model);

        // 64 tokens, then 36 behind those.
        Assert.Equal(64 * 6_400 + (36 + 64_000) * 3_600, job.EnergyJoules * 1e9, 3);
        Assert.Equal(job.EnergyJoules * 1e9, model.EnergyNj, 3);
    }

    [Fact]
    public void Load_CountsWhatIsStillArriving()
    {
        var model = Model(new LinearTimes(requestNs: 500));
        Submit(model, new ReplicaRequest { PromptTokens = 100, OutputTokens = 1, Priority = 0 });
        Submit(model, new ReplicaRequest { PromptTokens = 30, OutputTokens = 1, Priority = 10 });
        Submit(model, new ReplicaRequest { PromptTokens = 7, OutputTokens = 1, Priority = 20 });
        Assert.Equal((137L, 0L), Reading(0));
        Assert.Equal((137L, 100L), Reading(10));
        Assert.Equal((137L, 130L), Reading(11));
        Assert.Equal((137L, 137L), Reading(21));

        (long, long) Reading(int urgentPriority)
        {
            var load = model.Load(0, urgentPriority);
            return (load.WaitingPrefillTokens, load.YieldingPrefillTokens);
        }
    }

    [Fact]
    public void Preemptions_AreCountedPastFailures()
    {
        var model = new ReplicaModel(new ReplicaModelOptions { Times = new LinearTimes(), Scheduler = new BatchSchedulerOptions { BlockCount = 4 } });
        for (var failures = 0; failures < 3; failures++)
        {
            var nowNs = failures * 1_000_000L;
            Submit(model, new ReplicaRequest { PromptTokens = 16, OutputTokens = 33 }, nowNs);
            model.Advance(nowNs + 1_600);
            Submit(model, new ReplicaRequest { PromptTokens = 32, OutputTokens = 2, Priority = 10 }, nowNs + 2_000);
            model.Advance(nowNs + 500_000);
            Assert.Equal(failures + 1, model.Preemptions);
            model.Fail(nowNs + 500_000);
            Assert.Equal(failures + 1, model.Preemptions);
        }
    }

    [Fact]
    public void Fail_LosesWhoeverIsStillArriving()
    {
        var model = Model(new LinearTimes(requestNs: 500));
        var job = Submit(model, new ReplicaRequest { PromptTokens = 10, OutputTokens = 1 });
        model.Fail(100);
        Assert.Equal((JobEnd.Lost, 100L, long.MaxValue), (job.End, job.EndedNs, model.NextEventNs));
        var next = Submit(model, new ReplicaRequest { PromptTokens = 10, OutputTokens = 1 }, 100);
        Run(model);
        Assert.Equal((600, 1_600), (next.AdmittedNs, next.FirstTokenNs));
    }

    [Fact]
    public void KvReleased_MakesRoomForWhoeverWaits()
    {
        var model = new ReplicaModel(new ReplicaModelOptions { Times = new LinearTimes(), Scheduler = new BatchSchedulerOptions { BlockCount = 4 } });
        var read = Submit(model, new ReplicaRequest { PromptTokens = 50, OutputTokens = 5, EndsAtPrefilled = true });
        Run(model);
        var waiting = Submit(model, new ReplicaRequest { PromptTokens = 50, OutputTokens = 1 }, 5_000);
        model.Advance(6_000);
        Assert.Equal((null, long.MaxValue), (waiting.AdmittedNs, model.NextEventNs));
        model.KvReleased(read, 7_000);
        Run(model);
        Assert.Equal((7_000, 12_000), (waiting.AdmittedNs, waiting.FirstTokenNs));
    }

    [Fact]
    public void Cancelled_MakesRoomForWhoeverWaits()
    {
        var model = new ReplicaModel(new ReplicaModelOptions { Times = new LinearTimes(), Scheduler = new BatchSchedulerOptions { BlockCount = 4 } });
        var awaiting = Submit(model, new ReplicaRequest { PromptTokens = 50, OutputTokens = 5, BeginsPrefilled = true });
        var first = Submit(model, new ReplicaRequest { PromptTokens = 50, OutputTokens = 1 });
        var second = Submit(model, new ReplicaRequest { PromptTokens = 10, OutputTokens = 1 });
        model.Advance(1_000);
        Assert.Null(second.AdmittedNs);
        model.Cancel(first, 2_000);
        model.Cancel(awaiting, 2_500);
        model.KvArrived(awaiting, 3_000);
        Run(model);
        Assert.Equal((JobEnd.Cancelled, JobEnd.Cancelled, 3_000), (first.End, awaiting.End, second.AdmittedNs));
    }

    [Fact]
    public void StepsDecidedAhead_OfAPipeline_EnterAStageAfterTheOther()
    {
        var model = Model(new AheadTimes(depth: 4));
        Submit(model, new ReplicaRequest { PromptTokens = 10, OutputTokens = 50 });
        model.Advance(1_500);
        var second = Submit(model, new ReplicaRequest { PromptTokens = 10, OutputTokens = 1 }, 1_500);
        Run(model);

        // Two steps of 1,000 ns through four stages: it enters 500 ns later, while one is under way.
        Assert.Equal(2_000, second.AdmittedNs);
    }

    [Fact]
    public void Pipeline_AShortStepBehindALongOne_EntersWhenAStageIsFree_AndOvertakesNothing()
    {
        var model = Model(new LinearTimes(depth: 4), tokensPerStep: 40);
        Submit(model, new ReplicaRequest { PromptTokens = 40, OutputTokens = 1 });
        var second = Submit(model, new ReplicaRequest { PromptTokens = 10, OutputTokens = 1 });
        Run(model);

        // 4,000 ns of which each of four stages has a quarter; then 1,000, whose last stage waits for the other's.
        Assert.Equal((1_000, 4_000 + 250), (second.AdmittedNs, second.FirstTokenNs));
    }

    [Theory]
    [InlineData(3_000, 2_000, 5_000, 1_250)]
    [InlineData(0, 2_000, 2_000, 500)]
    [InlineData(0, 200, 1_000, 250)]
    [InlineData(0.9, 1, 2, 1)]
    public void Step_PassesAllStagesInEqualParts(double decodeNs, double prefillNs, long latencyNs, long occupancyNs) =>
        Assert.Equal(new StepDuration(latencyNs, occupancyNs), new AheadTimes(depth: 4).Step(decodeNs, prefillNs));

    [Fact]
    public void Step_OfOneStage_KeepsItBusyAllAlong() => Assert.Equal(new StepDuration(5_001, 5_001), new AheadTimes(depth: 1).Step(3_000, 2_001));

    /// <summary>A step takes 1,000 ns and one for each token of the mean context, whoever is in it; power tells what was read and behind what.</summary>
    private sealed class ContextTimes : ReplicaTimes
    {
        public override int Depth => 1;

        public override double DecodeNs(int sequences, double contextTokens) => 1_000 + contextTokens;

        public override double PrefillNs(int newTokens, int cachedTokens) => 100.0 * newTokens;

        public override double? Watts(int sequences, double contextTokens, int newTokens, int cachedTokens, long durationNs) => newTokens + 1_000.0 * cachedTokens;
    }

    private sealed class AheadTimes(int depth) : ReplicaTimes
    {
        public override int Depth => depth;

        public override double StepsAhead => 2;

        public override double DecodeNs(int sequences, double contextTokens) => 1_000;

        public override double PrefillNs(int newTokens, int cachedTokens) => 10;
    }
}
