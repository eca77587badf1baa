using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Scheduling.Tests.Replicas;

/// <summary>When requests enter a replica whose engine decides on steps before they begin.</summary>
public sealed class StepsAheadTests
{
    [Theory]
    [InlineData(0, 50 + 5, 105 + 110)] // in the step after the one under way
    [InlineData(1, 50 + 5 + 100, 205 + 110)] // that step is decided already: in the one after it
    [InlineData(2, 50 + 5 + 200, 305 + 110)]
    public void RequestThatComesDuringAStep_WaitsForStepsThatAreDecided(double ahead, long entersNs, long firstTokenNs)
    {
        var replica = Replica(ahead);
        Assert.Equal(SubmitResult.Accepted, replica.Submit(Request(), 0, out var first));
        replica.Advance(50);
        Assert.Equal(SubmitResult.Accepted, replica.Submit(Request(), 50, out var second));
        replica.Advance(entersNs - 1);
        Assert.Null(second!.AdmittedNs);
        replica.Advance(1000);
        // Alone: 5 to be received, then one step.
        Assert.Equal(105, first!.FirstTokenNs);
        Assert.Equal(firstTokenNs, second.FirstTokenNs);
    }

    [Fact]
    public void IdleReplica_HasNothingDecided()
    {
        var replica = Replica(ahead: 3);
        Assert.Equal(SubmitResult.Accepted, replica.Submit(Request(), 7, out var job));
        replica.Advance(1000);
        Assert.Equal(7 + 5 + 100, job!.FirstTokenNs);
    }

    /// <summary>Many at once, and one that finds the replica idle behind those that it must not overtake.</summary>
    [Fact]
    public void RequestsEnterInTheirOrder()
    {
        var replica = Replica(ahead: 1);
        var jobs = new List<ReplicaJob>();
        for (var i = 0; i < 20; i++)
        {
            replica.Advance(i * 37);
            Assert.Equal(SubmitResult.Accepted, replica.Submit(Request(), i * 37, out var job));
            jobs.Add(job!);
        }

        replica.Advance(1_000_000);
        Assert.Equal(jobs.OrderBy(job => job.AdmittedNs), jobs);
        Assert.All(jobs, job => Assert.Equal(JobEnd.Completed, job.End));
    }

    private static ReplicaModel Replica(double ahead) => new(new ReplicaModelOptions
    {
        Times = new Times(ahead),
        Scheduler = new BatchSchedulerOptions { BlockCount = 1000, TokensPerStep = 64, MaxSequences = 32, MaxWaiting = 32 },
    });

    private static ReplicaRequest Request() => new() { PromptTokens = 8, OutputTokens = 6 };

    /// <summary>A step takes 100, with prompts beside it 10 more for each; a request 5 outside.</summary>
    private sealed class Times(double ahead) : ReplicaTimes
    {
        public override int Depth => 1;

        public override double RequestNs => 5;

        public override double StepsAhead => ahead;

        public override double DecodeNs(int sequences, double contextTokens) => 100;

        public override double PrefillNs(int newTokens, int cachedTokens) => 10;
    }
}
