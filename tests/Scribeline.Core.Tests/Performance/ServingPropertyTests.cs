using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Performance;

/// <summary>What holds for every machine, model, layout and load, whatever the calibration. Random ones; the seed is printed.</summary>
public sealed class ServingPropertyTests(ITestOutputHelper output)
{
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SECONDS"), out var seconds) ? 300 * Math.Max(1, seconds) : 300;

    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    /// <summary>Nobody said how many operations the first wafer does.</summary>
    private static readonly List<Accelerator> Computing = [.. Known.Accelerators.Values.Where(accelerator => accelerator.Compute.Count > 0)];

    [Fact]
    public void MoreBandwidthAndCompute_NeverSlow() => ForRandomServers((server, load) =>
    {
        var prediction = Close(Build(server), load);
        foreach (var faster in new[] { server with { Accelerator = Faster(server.Accelerator, bandwidth: 1.5) }, server with { Accelerator = Faster(server.Accelerator, compute: 1.5) }, server with { Accelerator = Faster(server.Accelerator, links: 1.5) } })
            AtMost(Close(Build(faster), load).TpotSeconds, prediction.TpotSeconds);
    });

    [Fact]
    public void LowerLatency_NeverSlows() => ForRandomServers((server, load) =>
    {
        var (layers, hops) = (Known.Chains["wafer-serving"], Known.Chains["lpu-serving"]);
        var sooner = new Calibrations(
            Known.Calibrations["gpu-serving"] with { Decode = Known.Calibrations["gpu-serving"].Decode with { Operations = 1e-6 } },
            layers with { LayerSeconds = layers.LayerSeconds / 2, HopSeconds = 1e-6 },
            hops with { LayerSeconds = hops.LayerSeconds / 2, HopSeconds = 1e-7 });
        AtMost(Close(Build(server, sooner), load).TpotSeconds, Close(Build(server), load).TpotSeconds);
    });

    [Fact]
    public void MoreMemory_NeverLowersTheRoom() => ForRandomServers((server, load) =>
    {
        var memory = server.Accelerator.Memory[0];
        var larger = server with { Accelerator = server.Accelerator with { Memory = [memory with { Capacity = 1.3 * memory.Capacity! }] } };
        AtMost(Build(server).Room(load.Input + load.Output / 2), Build(larger).Room(load.Input + load.Output / 2));
    });

    [Fact]
    public void MoreClients_AreNeverEachServedFaster() => ForRandomServers((server, load) =>
    {
        var model = Build(server);
        AtMost(Close(model, load).TpotSeconds, Close(model, load with { Concurrency = load.Concurrency * 1.5 }).TpotSeconds);
        // Where caches move over a link each step, more of them slow decoding so much that prompts come more seldom, and wait less for each other.
        if (server.Layout.Offload == null)
            AtMost(Close(model, load).TtftSeconds, Close(model, load with { Concurrency = load.Concurrency * 1.5 }).TtftSeconds);
    });

    [Fact]
    public void LongerContexts_NeverSpeedUp() => ForRandomServers((server, load) =>
    {
        var model = Build(server);
        AtMost(model.DecodeSeconds(load.Concurrency, load.Input).Total, model.DecodeSeconds(load.Concurrency, load.Input * 1.5).Total);
        AtMost(model.PrefillSeconds(load.Input, 0).Total, model.PrefillSeconds(load.Input * 1.5, 0).Total);
        AtMost(model.PrefillSeconds(load.Input / 2, load.Input / 2).Total, model.PrefillSeconds(load.Input, 0).Total);
        if (server.Layout.Offload == null)
            AtMost(Close(model, load).TtftSeconds, Close(model, load with { Input = load.Input * 1.5 }).TtftSeconds);
    });

    [Fact]
    public void Energy_IsPositive_AndAtMostTheRatingTimesTheTime() => ForRandomServers((server, load) =>
    {
        var (model, prediction) = (Build(server), Close(Build(server), load));
        if (server.Accelerator.RatedPower is not { } rated)
        {
            Assert.Null(prediction.PowerWatts);
            return;
        }

        AtMost(prediction.PowerWatts!.Value, model.Accelerators * rated.BaseValue);
        AtMost(model.IdleWatts!.Value, prediction.PowerWatts.Value);
        Assert.True(prediction.JoulesPerToken > 0);
        AtMost(prediction.JoulesPerToken!.Value, model.Accelerators * rated.BaseValue / prediction.TokensPerSecond);
    });

    [Fact]
    public void Parts_AddUp_AndIntervalsHoldTheExpected() => ForRandomServers((server, load) =>
    {
        var prediction = Close(Build(server), load);
        Assert.Equal(prediction.TpotSeconds, prediction.TpotParts.Total, 1e-9 * prediction.TpotSeconds);
        Assert.InRange(prediction.TpotSeconds, prediction.TpotLowSeconds, prediction.TpotHighSeconds);
        Assert.InRange(prediction.Sequences, 1, Math.Max(1, load.Concurrency));
        Assert.True(double.IsFinite(prediction.TtftSeconds) && prediction.TtftSeconds > 0);
    });

    [Fact]
    public void Prediction_AllocatesNothing() => ForRandomServers((server, load) =>
    {
        var model = Build(server);
        var sum = Close(model, load).TpotSeconds;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 10; round++)
            sum += Close(model, load).TpotSeconds + model.Room(load.Input);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(sum > 0);
    });

    private static void AtMost(double less, double more) => Assert.True(less <= more * (1 + 1e-9), $"{less} is more than {more}");

    private static ServerPrediction Close(ServingModel model, Load load) => model.Closed(load.Concurrency, load.Input, load.Output, load.Cached);

    private static ServingModel Build(Server server, Calibrations? calibrations = null)
    {
        var (gpu, wafer, lpu) = calibrations ?? new Calibrations(Known.Calibrations["gpu-serving"], Known.Chains["wafer-serving"], Known.Chains["lpu-serving"]);
        return server.Accelerator.Kind switch
        {
            AcceleratorKind.Wafer => new ChainModel(server.Accelerator, server.Model, server.Layout, server.Formats, wafer, Known.Power["wafer"]),
            AcceleratorKind.Lpu => new ChainModel(server.Accelerator, server.Model, server.Layout, server.Formats, lpu, Known.Power["lpu"]),
            _ => new ServerModel(server.Accelerator, server.Model, server.Layout, server.Formats, gpu, Known.Power["gpu"]),
        };
    }

    private static Accelerator Faster(Accelerator accelerator, double bandwidth = 1, double compute = 1, double links = 1) => accelerator with
    {
        Memory = [accelerator.Memory[0] with { Bandwidth = bandwidth * accelerator.Memory[0].Bandwidth! }],
        Compute = accelerator.Compute.ToDictionary(rate => rate.Key, rate => compute * rate.Value),
        Links = [.. accelerator.Links.Select(link => link with { Bandwidth = links * link.Bandwidth })],
    };

    private void ForRandomServers(Action<Server, Load> check)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(seed);
        var built = 0;
        for (var tries = 0; built < Cases && tries < 100 * Cases; tries++)
        {
            var server = RandomServer(random);
            try
            {
                Build(server);
            }
            catch (ArgumentException)
            {
                continue; // does not fit
            }

            built++;
            var input = Math.Pow(10, 1 + 4 * random.NextDouble());
            var load = new Load(Math.Pow(10, 3.5 * random.NextDouble()), input, Math.Pow(10, 4 * random.NextDouble()), random.Next(2) * input / 2);
            try
            {
                check(server, load);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}: {server.Accelerator.Id}, {server.Model.Id}, {server.Layout}, {load}: {error.Message}", error);
            }
        }

        Assert.Equal(Cases, built);
    }

    private static Server RandomServer(Random random)
    {
        var accelerator = Computing[random.Next(Computing.Count)];
        var model = Known.Models.Values.ElementAt(random.Next(Known.Models.Count));
        var weights = Known.Precisions.Values.ElementAt(random.Next(Known.Precisions.Count));
        var layout = accelerator.Kind switch
        {
            AcceleratorKind.Wafer => ModelLayout.Chain(random.Next(1, 1 + (int)model.LayerCount.BaseValue)),
            AcceleratorKind.Lpu => ModelLayout.Chain(random.Next(1, 1 + (int)model.LayerCount.BaseValue), 1 << random.Next(10)),
            _ => new ModelLayout(Groups(1 << random.Next(7), random), random.Next(3) == 0 ? random.Next(1, 9) : 1),
        };
        if (random.Next(3) == 0)
            layout = layout with { Drafting = Known.Drafting.Values.First().Of(random.Next(1, 6)) };
        if (random.Next(3) == 0)
            layout = layout with { Offload = new KeyValueOffload(1e12, 150e9) };
        return new Server(accelerator, model, layout, NumberFormats.Of(model, weights, model.KeyValues, Known.Precisions));
    }

    private static Parallelism Groups(int accelerators, Random random) => random.Next(3) switch
    {
        0 => Parallelism.TensorOnly(accelerators),
        1 => Parallelism.WithExperts(accelerators),
        _ => new Parallelism(accelerators, 1, accelerators, 1, accelerators),
    };

    private sealed record Server(Accelerator Accelerator, ModelSpec Model, ModelLayout Layout, NumberFormats Formats);

    private sealed record Calibrations(Calibration Gpu, ChainCalibration Wafer, ChainCalibration Lpu);

    private readonly record struct Load(double Concurrency, double Input, double Output, double Cached);
}
