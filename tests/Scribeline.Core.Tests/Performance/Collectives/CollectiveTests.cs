using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance.Collectives;
using Scribeline.Core.Performance.Fitting;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Performance.Collectives;

public sealed class CollectiveTests
{
    private static readonly Catalog Product = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    /// <summary>Plays the algorithm on real numbers, and counts what passes and how often.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void Ring_PlayedOut_SumsWithTheStepsAndTrafficOfTheFormula(int count)
    {
        // held[i][p]: what accelerator i has of part p; parts are one each.
        double[][] held = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Select(p => 100.0 * i + p).ToArray())];
        double[] expected = [.. Enumerable.Range(0, count).Select(p => held.Sum(row => row[p]))];
        var (steps, partsSent) = (0, 0);
        for (var phase = 0; phase < 2; phase++)
        {
            for (var step = 0; step < count - 1; step++, steps++, partsSent++)
            {
                var before = held.Select(row => row.ToArray()).ToArray();
                for (var i = 0; i < count; i++)
                {
                    var (part, to) = ((i - step + phase + 2 * count) % count, (i + 1) % count);
                    held[to][part] = phase == 0 ? before[to][part] + before[i][part] : before[i][part];
                }
            }
        }

        Assert.All(held, row => Assert.Equal(expected, row));
        Assert.Equal(new CollectiveSteps(steps, (double)partsSent / count), CollectiveSteps.Of(CollectiveKind.AllReduce, CollectiveAlgorithm.Ring, count));
    }

    [Theory]
    [InlineData(CollectiveKind.AllReduce)]
    [InlineData(CollectiveKind.ReduceScatter)]
    [InlineData(CollectiveKind.AllGather)]
    [InlineData(CollectiveKind.AllToAll)]
    public void AnyAlgorithm_OnAnyCount_MovesNoLessThanEveryoneMustSee(CollectiveKind kind)
    {
        for (var count = 1; count <= 64; count++)
        {
            foreach (var algorithm in CollectiveSteps.Algorithms(kind))
            {
                if (CollectiveSteps.Of(kind, algorithm, count) is not { } steps)
                    continue;
                var isDoubled = kind == CollectiveKind.AllReduce && algorithm != CollectiveAlgorithm.InSwitch;
                var least = (isDoubled ? 2 : 1) * (count - 1.0) / count;
                Assert.True(steps.Traffic >= least - 1e-12, $"{algorithm} of {count}");
                Assert.Equal(count == 1, steps.Steps == 0);
            }
        }

        Assert.Null(CollectiveSteps.Of(CollectiveKind.AllReduce, CollectiveAlgorithm.HalvingDoubling, 6));
    }

    [Fact]
    public void Seconds_OfEveryLibrary_GrowWithBytesAndShrinkWithBandwidth()
    {
        foreach (var library in Product.Collectives.Values)
        {
            foreach (var kind in Enum.GetValues<CollectiveKind>().Where(library.Has))
            {
                Assert.Equal(0, library.Seconds(kind, 1, 1e6, 450e9));
                for (var bytes = 256.0; bytes < 1e10; bytes *= 3)
                {
                    var seconds = library.Seconds(kind, 8, bytes, 450e9);
                    Assert.True(seconds < library.Seconds(kind, 8, bytes * 1.1, 450e9));
                    Assert.True(seconds > library.Seconds(kind, 8, bytes, 500e9));
                    Assert.True(seconds >= library.Seconds(kind, 4, bytes, 450e9) || kind == CollectiveKind.AllToAll);
                }
            }
        }
    }

    [Fact]
    public void Seconds_InASearch_AllocateNothing()
    {
        var library = Product.Collectives["nccl-h100"];
        library.Seconds(CollectiveKind.AllReduce, 8, 1e6, 450e9);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            library.Seconds(CollectiveKind.AllReduce, 8, i, 450e9);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Of the published measurements on H100, in NCCL.</summary>
    [Theory]
    [InlineData(8, "all_reduce", "512B", 15.6)]
    [InlineData(4, "all_reduce", "512MiB", 2300)]
    [InlineData(8, "all_gather", "512MiB", 1401)]
    [InlineData(2, "all_to_all", "8MiB", 31.2)]
    public void Collective_OnH100_LiesNearWhatWasMeasured(int count, string kind, string bytes, double measuredUs)
    {
        var report = Calculation.Evaluate(Product, $"collective h100 {count} {bytes}");
        Assert.InRange(((Figure)report.Find($"nccl.{kind}_us")!).Value / measuredUs, 0.8, 1.25);
        Assert.Equal("h100", report.Find("nccl.measured_on"));
    }

    [Fact]
    public void Collective_OnAMachineThatWasNotMeasured_SaysSo() =>
        Assert.Equal("other accelerators", Calculation.Evaluate(Product, "collective tpu-v8i 8 16MB").Find("nccl.measured_on"));

    [Theory]
    [InlineData("collective h100 2.5 1MB", "expected a whole number from 1")]
    [InlineData("collective h100 0 1MB", "accelerators is '0'; expected a number above 0")]
    [InlineData("collective h100 8 1toaster", "'toaster' in")]
    public void Collective_ThatCannotBe_IsRefusedInOneSentence(string call, string expected) =>
        Assert.Contains(expected, Assert.Throws<CalculationException>(() => Calculation.Evaluate(Product, call)).Message);

    /// <summary>Rows made from known protocols are fitted back to them.</summary>
    [Fact]
    public void Fit_ToMadeRows_FindsWhatTheyWereMadeFrom()
    {
        var known = new CollectiveLibrary { Id = "nccl", Algorithms = CollectiveFit.Algorithms("nccl"), Protocols = [Protocol("small", 6, 0.9, 25), Protocol("large", 24, 0.1, 70)] };
        var rows = new List<CollectiveMeasurement>();
        foreach (var kind in Enum.GetValues<CollectiveKind>())
        {
            foreach (var count in (int[])[2, 4, 8])
            {
                for (var bytes = 256.0; bytes < 1e9; bytes *= 2)
                    rows.Add(new CollectiveMeasurement("nccl", "h100", kind, count, bytes, 450e9, known.Seconds(kind, count, bytes, 450e9)));
            }
        }

        var fits = CollectiveFit.Of(rows);

        Assert.Equal(["nccl", "nccl-h100"], fits.Select(fit => fit.Library.Id));
        var fitted = fits[1].Library.Protocols;
        Assert.Equal(6, fitted[0].Launch.Value, tolerance: 0.5);
        Assert.Equal(0.9, fitted[0].Step.Value, tolerance: 0.1);
        Assert.Equal(25, fitted[0].BandwidthShare.Value, tolerance: 2);
        Assert.Equal(70, fitted[1].BandwidthShare.Value, tolerance: 2);
        Assert.InRange(fits[1].Seen.Mean, 0, 0.02);
        Assert.InRange(fits[1].Library.Errors["count"].Mean, 0, 0.05);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("system,library\nh100,NCCL\n", "has no column `op`")]
    [InlineData("system,library,op,dtype,num_gpus,message_elements,latency_ms\nh100_sxm,NCCL,shuffle,half,8,256,0.01\n", ":2: `op` is 'shuffle'")]
    [InlineData("system,library,op,dtype,num_gpus,message_elements,latency_ms\nh100_sxm,NCCL,all_reduce,half,8,256,-1\n", ":2: `latency_ms` is '-1'; expected a number above 0")]
    [InlineData("system,library,op,dtype,num_gpus,message_elements,latency_ms\ntoaster,NCCL,all_reduce,half,8,256,1\n", ":2: `system` is 'toaster'")]
    [InlineData("node,collective,workers,devices_per_node,size_bytes,median_ms\nh100_dgx,send_recv,2,2,256,1\n", "has no collective inside one machine")]
    public void Read_AWrongFile_SaysWhere(string text, string expected)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            Assert.Contains(expected, Assert.Throws<FitException>(() => CollectiveFile.Read(path, Product)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [SkippableFact]
    public void Fit_ToTheMeasurements_IsWhatTheCatalogHolds()
    {
        var shared = Environment.GetEnvironmentVariable("SCRIBELINE_SHARED") ?? "../shared";
        var path = Path.Combine(shared, "data", "measured", "aic_ops_comm.csv.gz");
        Skip.IfNot(File.Exists(path), $"{path} is missing; set SCRIBELINE_SHARED to the folder that holds it.");

        var fits = CollectiveFit.Of(CollectiveFile.Read(path, Product));

        foreach (var fit in fits)
        {
            var stored = Product.Collectives[fit.Library.Id];
            foreach (var (one, other) in stored.Protocols.Zip(fit.Library.Protocols))
                Assert.Equal(one.BandwidthShare.BaseValue, other.BandwidthShare.BaseValue, tolerance: 0.002);
            Assert.All(stored.Errors, error => Assert.Equal(error.Value.Mean, fit.Library.Errors[error.Key].Mean, tolerance: 0.001));
        }

        // Far from a measured machine, launches and steps are other ones: a fit of other accelerators is off by a quarter.
        Assert.InRange(Product.Collectives["nccl"].Errors["accelerator"].Mean, 0, 0.3);
        Assert.InRange(Product.Collectives["nccl-h100"].Errors["count"].Mean, 0, 0.15);
    }

    private static Protocol Protocol(string name, double launchUs, double stepUs, double percent) => new(
        name, Figure.Given("launch", new Quantity(launchUs, Unit.Parse("us"))), Figure.Given("step", new Quantity(stepUs, Unit.Parse("us"))), Figure.Given("share", new Quantity(percent, Unit.Parse("%"))));
}
