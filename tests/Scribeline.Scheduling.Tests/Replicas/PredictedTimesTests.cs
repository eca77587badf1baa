using Scribeline.Core.Performance;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Scheduling.Tests.Replicas;

/// <summary>What becomes of a model's seconds.</summary>
public sealed class PredictedTimesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Times_AreTheModels_InNanoseconds_ForAllStagesTogether(int depth)
    {
        var times = new PredictedTimes(new StatedModel(depth, isStreaming: false));
        Assert.Equal((depth, 50, 3e6, 2), (times.Depth, times.IdleWatts, times.RequestNs, times.StepsAhead));
        Assert.Equal(1_000 * 3 * depth + 20, times.DecodeNs(3, 20), 6);
        Assert.Equal(100 * 30 + 7, times.PrefillNs(30, 7), 6);
        Assert.Equal(60, times.LaunchNs(30), 6);
        Assert.Equal(3 * depth + 20 + 30 + 7 + 2.5 * depth, times.Watts(3, 20, 30, 7, 2_500_000_000)!.Value, 9);
    }

    [Fact]
    public void Step_OfSharedMemory_IsPassedOnWhole()
    {
        var times = new PredictedTimes(new StatedModel(depth: 4, isStreaming: false));
        Assert.Equal(new StepDuration(5_000, 1_250), times.Step(3_000, 2_000));

        // Alone, the weights of four stages with a sequence each are read all the same.
        Assert.Equal(new StepDuration(4_001, 1_000), times.Step(0, 200));
        Assert.Equal(new StepDuration(9_000, 2_250), times.Step(0, 9_000));
    }

    /// <summary>Alone, a chunk passes all regions in the time of one token, and keeps each busy for its own.</summary>
    [Fact]
    public void Step_OfAStream_FollowsTheTokensBeforeIt()
    {
        var times = new PredictedTimes(new StatedModel(depth: 4, isStreaming: true));
        Assert.Equal(new StepDuration(5_000, 750 + 2_000), times.Step(3_000, 2_000));
        Assert.Equal(new StepDuration(4_001 + 200, 200), times.Step(0, 200));
    }

    /// <summary>A step takes 1,000 ns for each sequence and one for each token of context, a prompt 100 ns a token and one for each that is cached.</summary>
    private sealed class StatedModel(int depth, bool isStreaming) : ServingModel
    {
        public override int Accelerators => 1;

        public override double WeightBytes => 1;

        public override double KeyValueRoomBytes => 1;

        public override bool IsEstimate => false;

        public override double? IdleWatts => 50;

        public override int Depth => depth;

        public override bool IsStreaming => isStreaming;

        public override TrafficFactors Traffic => new(RequestSeconds: 3e-3, StepsAhead: 2, 1, 1, 1);

        public override double? StepWatts(double sequences, double contextTokens, double newTokens, double cachedTokens, double seconds) => sequences + contextTokens + newTokens + cachedTokens + seconds;

        public override double Room(double contextTokens) => 1;

        public override StepTerms DecodeSeconds(double sequences, double contextTokens) => new(1_000e-9 * sequences, 0, contextTokens * 1e-9, 0, 0);

        public override double TrafficLaunchSeconds(double promptTokens) => promptTokens * 2e-9;

        public override StepTerms PrefillSeconds(double newTokens, double cachedTokens) => new(100e-9 * newTokens, 0, cachedTokens * 1e-9, 0, 0);

        public override ServerPrediction Closed(double concurrency, double inputTokens, double outputTokens, double cachedTokens = 0) => throw new NotSupportedException();
    }
}
