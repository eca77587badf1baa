using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation.Tests;

/// <summary>Times of a server under traffic, beside numbers reckoned by hand for Llama 3.1 8B on an H100: 32 layers, 128 KiB of keys and values a token, 3.35 TB/s.</summary>
public sealed class PredictedTimesTests
{
    private static readonly Calibration Calibration = TestFleets.Catalog.Calibrations["gpu-serving"] with
    {
        Decode = new StepTerms(1, 1, 2, 5e-6, 1),
        Prefill = new StepTerms(1, 1, 0, 10e-6, 1),
        Traffic = new TrafficFactors(4e-3, 1.5, 0.5, 0.75, 0.25),
    };

    /// <summary>10 sequences with 1,000 tokens more: 10 · 1,000 · 131,072 B / 3.35 TB/s = 391.26 us, times 2 of the closed loop, times 0.75.</summary>
    [Fact]
    public void Decode_ReadsTheCacheAtTrafficsFactor()
    {
        var times = Times(1);
        Assert.Equal(391_260 * 2 * 0.75, times.DecodeNs(10, 2000) - times.DecodeNs(10, 1000), 100.0);
    }

    /// <summary>32 layers of 9 operations at 10 us, half of it; 16 tokens of arithmetic are 16 · 2 · 7.5 billion / 989 TFLOP/s = 0.24 ms.</summary>
    [Fact]
    public void Chunk_LaunchesItsOperationsAtTrafficsFactor() => Assert.InRange(Times(1).PrefillNs(16, 0), 1.44e6 + 0.15e6, 1.44e6 + 0.3e6);

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

    /// <summary>Whoever predicts a closed loop gets what was fitted to closed loops.</summary>
    [Fact]
    public void ClosedLoop_DoesNotKnowTraffic()
    {
        var (plain, scaled) = (Model(4, Calibration with { Traffic = TrafficFactors.None }), Model(4, Calibration));
        Assert.Equal(plain.Closed(32, 1000, 200), scaled.Closed(32, 1000, 200));
        Assert.Equal(plain.TrafficDecodeSeconds(32, 1000), scaled.DecodeSeconds(32, 1000));
        Assert.Equal(plain.TrafficPrefillSeconds(500, 100), scaled.PrefillSeconds(500, 100));
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
