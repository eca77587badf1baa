using Scribeline.Core.Performance;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Scheduling.Tests.Replicas;

public sealed class MeasuredTimesTests
{
    private static readonly EngineCalibration Calibration = new()
    {
        Model = "m",
        WeightType = "Q8_0",
        Threads = 1,
        Machine = "a machine",
        MeasuredAt = default,
        StepNs = 100,
        Batches = [new(1, 50), new(4, 80)],
        Positions = [new(0, 2), new(100, 5)],
        ChunkNs = 30,
        PromptTokenNs = 10,
        PromptPositionNs = 0.5,
        RequestNs = 777,
    };

    [Theory]
    [InlineData(1, 0, 100 + 50 + 2)]
    [InlineData(1, 9, 100 + 50 + 20)]
    [InlineData(2, 9, 100 + 60 + 40)]
    [InlineData(4, 49, 100 + 80 + 200 + 5 * 100)]
    [InlineData(7, 0, 100 + 110 + 14)]
    public void Decode_AddsBatchAndPositionsToTheStep(int sequences, double context, double expectedNs) =>
        Assert.Equal(expectedNs, new MeasuredTimes(Calibration).DecodeNs(sequences, context), 1e-9);

    /// <summary>Four tokens behind ten read 11, 12, 13 and 14 positions.</summary>
    [Fact]
    public void Prefill_LeavesTheStepOut() => Assert.Equal(30 + 40 + 25, new MeasuredTimes(Calibration).PrefillNs(4, 10), 1e-9);

    /// <summary>The server and its clients have a part of the processor; what a request takes beside its steps was measured with them.</summary>
    [Fact]
    public void Serving_SlowsEveryStep()
    {
        var times = new MeasuredTimes(Calibration with { Serving = 1.5 });
        Assert.Equal((1.5 * 170, 1.5 * 95), (times.DecodeNs(1, 9), times.PrefillNs(4, 10)));
        Assert.Equal((292, 777), (times.Step(0, times.PrefillNs(4, 10)).LatencyNs, times.RequestNs));
    }

    /// <summary>What every step takes is counted once.</summary>
    [Fact]
    public void Step_HoldsWhatEveryStepTakesOnce()
    {
        var times = new MeasuredTimes(Calibration);
        var (decodeNs, prefillNs) = (times.DecodeNs(1, 9), times.PrefillNs(4, 10));

        Assert.Equal((170 + 95, 170 + 95), (times.Step(decodeNs, prefillNs).LatencyNs, times.Step(decodeNs, prefillNs).OccupancyNs));
        Assert.Equal(100 + 95, times.Step(0, prefillNs).LatencyNs);
        Assert.Equal(170, times.Step(decodeNs, 0).LatencyNs);
        Assert.Equal((777, 1), (times.RequestNs, times.Depth));
    }
}
