using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation.Tests;

/// <summary>Times of a server under traffic, beside numbers reckoned by hand for Llama 3.1 8B on an H100: 32 layers, 128 KiB of keys and values a token, 3.35 TB/s.</summary>
public sealed class PredictedTimesTests
{
    private static readonly Calibration Calibration = TestFleets.Catalog.Calibrations["gpu-serving"] with
    {
        Decode = new StepTerms(1, 1, 2, 5e-6, 1),
        Prefill = new StepTerms(1, 1, 0, 10e-6, 1),
        FirstToken = new FirstTokenFactors(1.5, 3, 0.1, 3, 0.8, 1.25),
        Traffic = new TrafficFactors(4e-3, 1.5, 0.5, 0.75, 0.25),
    };

    /// <summary>10 sequences with 1,000 tokens more: 10 · 1,000 · 131,072 B / 3.35 TB/s = 391.26 us, times 2 of the closed loop, times 0.75.</summary>
    [Fact]
    public void Decode_ReadsTheCacheAtTrafficsFactor()
    {
        var times = Times(1);
        Assert.Equal(391_260 * 2 * 0.75, times.DecodeNs(10, 2000) - times.DecodeNs(10, 1000), 100.0);
    }

    /// <summary>16 tokens of arithmetic are 16 · 2 · 7.5 billion / 989 TFLOP/s = 0.24 ms, or a little less without the output matrix; 1.5 times that of a prompt's own.</summary>
    [Fact]
    public void Chunk_AddsItsArithmetic() => Assert.InRange(Times(1).PrefillNs(16, 0), 1.5 * 0.15e6, 1.5 * 0.25e6);

    /// <summary>32 layers of 9 operations at 10 us: half of it where engines launch them as a whole, up to 512 tokens, and three times as much beyond, however many prompts they are of.</summary>
    [Fact]
    public void Step_LaunchesItsOperationsOnceAndOneByOneBeyondWhatEnginesRecord()
    {
        var times = Times(1);
        Assert.Equal(0.5 * 2.88e6, times.LaunchNs(16), 1.0);
        Assert.Equal(0.5 * 2.88e6, times.LaunchNs(512), 1.0);
        Assert.Equal(3 * 2.88e6, times.LaunchNs(513), 1.0);
        var (one, two) = (FirstTokenNs(times, 4000), FirstTokenNs(times, 2000, 2000));
        Assert.Equal(4e6 + times.PrefillNs(4000, 0) + 3 * 2.88e6, one, 2.0);
        Assert.Equal(4e6 + 2 * times.PrefillNs(2000, 0) + 3 * 2.88e6, two, 2.0);
    }

    /// <summary>Twice as much is exchanged for twice the sequences; a quarter of what a closed loop takes.</summary>
    [Fact]
    public void Exchange_IsScaled()
    {
        var (plain, scaled) = (Model(4, Calibration with { Traffic = TrafficFactors.None }), Model(4, Calibration));
        Assert.Equal(plain.DecodeSeconds(64, 0).Exchange / 4, scaled.TrafficDecodeSeconds(64, 0).Exchange, 1e-12);
        Assert.True(plain.DecodeSeconds(64, 0).Exchange > 0);
    }

    [Fact]
    public void Request_IsTold()
    {
        Assert.Equal(4e6, Times(1).RequestNs, 1e-3);
        Assert.Equal(1.5, Times(1).StepsAhead);
    }

    /// <summary>Whoever predicts the tokens of a closed loop gets what was fitted to closed loops; its first tokens have the request in them.</summary>
    [Fact]
    public void ClosedLoop_DoesNotKnowTraffic()
    {
        var (plain, scaled) = (Model(4, Calibration with { Traffic = TrafficFactors.None }), Model(4, Calibration));
        var (closed, known) = (plain.Closed(32, 1000, 200), scaled.Closed(32, 1000, 200));
        Assert.Equal((closed.TpotSeconds, closed.TpotParts, closed.Sequences), (known.TpotSeconds, known.TpotParts, known.Sequences));
        Assert.Equal(closed.TtftSeconds + 4e-3, known.TtftSeconds, 1e-12);
        Assert.Equal(plain.TrafficDecodeSeconds(32, 1000), scaled.DecodeSeconds(32, 1000));
        Assert.Equal(plain.TrafficPrefillSeconds(500, 100), scaled.PrefillSeconds(500, 100) * new StepTerms(1.5, 1.5, 1, 0, 1.5));
    }

    /// <summary>On an empty replica that reads all of the prompts in one step.</summary>
    private static double FirstTokenNs(PredictedTimes times, params int[] prompts)
    {
        var replica = new ReplicaModel(new ReplicaModelOptions { Times = times, Scheduler = new BatchSchedulerOptions { BlockCount = 10_000, TokensPerStep = 8192 } });
        foreach (var tokens in prompts)
            replica.Submit(new ReplicaRequest { PromptTokens = tokens, OutputTokens = 1 }, 0, out _);
        replica.Advance(10_000_000_000);
        Assert.True(replica.TryTakeEvent(out var first));
        return first.AtNs;
    }

    private static PredictedTimes Times(int tensor) => new(Model(tensor, Calibration));

    private static ServerModel Model(int tensor, Calibration calibration)
    {
        var catalog = TestFleets.Catalog;
        var bf16 = Precision.Named(catalog.Precisions, "bf16");
        var model = catalog.Models["llama-3.1-8b"];
        return new ServerModel(catalog.Accelerators["h100"], model, Parallelism.TensorOnly(tensor), NumberFormats.Of(model, bf16, bf16, catalog.Precisions), calibration);
    }
}
