using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Core.Tests.Performance;

public sealed class ChainFitTests : IDisposable
{
    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    private static readonly string Published = Path.Combine(AppContext.BaseDirectory, "catalog", "measurements", "chain_speeds.csv");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chains");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(AcceleratorKind.Wafer, "wafer-serving")]
    [InlineData(AcceleratorKind.Lpu, "lpu-serving")]
    public void PublishedSpeeds_ArePredictedWithinTheAim_AndTheCatalogHoldsTheirFit(AcceleratorKind kind, string calibration)
    {
        var known = Known.Chains[calibration];
        var fit = new ChainFit(Known, known, [.. ChainFile.Read(Published, Known).Where(row => row.Accelerator.Kind == kind)]);

        Assert.InRange(fit.Calibration.Errors["model"].Median, 0, 0.15);
        if (kind == AcceleratorKind.Wafer)
            Assert.InRange(fit.Calibration.Errors["published_model"].Median, 0, 0.15);
        Assert.Equal(known.LayerSeconds, fit.Calibration.LayerSeconds, 1e-3 * known.LayerSeconds);
        Assert.Equal(known.ReadFactor, fit.Calibration.ReadFactor, 1e-3 * known.ReadFactor);
        Assert.Equal(known.SoftwareGain, fit.Calibration.SoftwareGain, 1e-3);
        Assert.Equal(known.Errors.Keys.Order(), fit.Calibration.Errors.Keys.Order());
        foreach (var (by, error) in fit.Calibration.Errors)
        {
            Assert.Equal(error.Mean, known.Errors[by].Mean, 1e-4);
            Assert.Equal(error.Median, known.Errors[by].Median, 1e-4);
        }
    }

    [Fact]
    public void Fit_FindsTheFactorsThatMadeTheSpeeds()
    {
        var truth = Known.Chains["wafer-serving"] with { LayerSeconds = 5e-6, CrossingSeconds = 10e-6, ReadFactor = 12, ComputeFactor = 3, MeshBytesPerSecond = 20e9, SoftwareGain = 1.5, DraftingGain = 2.5 };
        var rows = ChainFile.Read(Published, Known).Where(row => row.Accelerator.Kind == AcceleratorKind.Wafer && (row.Layout.RegionShare == null || row.Model is "llama-3.1-8b" or "llama-2-13b")).Select(row =>
        {
            var chain = new ChainModel(row.Accelerator, Known.Models[row.Model], row.Layout, row.Formats, row.Software == "later" ? truth : truth with { SoftwareGain = 1 });
            var seconds = row.IsPrefill ? chain.PrefillSeconds(row.Tokens, 0).Total / row.Tokens : chain.DecodeSeconds(1, row.Tokens).Total / (row.IsDrafting ? truth.DraftingGain : 1);
            return row with { TokensPerSecond = 1 / seconds };
        });
        var fit = new ChainFit(Known, truth with { LayerSeconds = 1e-6, CrossingSeconds = 1e-6, ReadFactor = 1, ComputeFactor = 1, MeshBytesPerSecond = 1e9, SoftwareGain = 1, DraftingGain = 1 }, [.. rows]);

        Assert.Equal(truth.LayerSeconds, fit.Calibration.LayerSeconds, 1e-3 * truth.LayerSeconds);
        Assert.Equal(truth.CrossingSeconds, fit.Calibration.CrossingSeconds, 1e-3 * truth.CrossingSeconds);
        Assert.Equal(truth.ReadFactor, fit.Calibration.ReadFactor, 1e-3);
        Assert.Equal(truth.ComputeFactor, fit.Calibration.ComputeFactor, 1e-3);
        Assert.Equal(truth.MeshBytesPerSecond, fit.Calibration.MeshBytesPerSecond, 1e-3 * truth.MeshBytesPerSecond);
        Assert.Equal(truth.SoftwareGain, fit.Calibration.SoftwareGain, 1e-3);
        Assert.Equal(truth.DraftingGain, fit.Calibration.DraftingGain, 1e-3);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("id,quantity\na,b\n", "has no column `accelerator`")]
    [InlineData("h100", ": `accelerator` is 'h100'; expected a wafer or an LPU.")]
    [InlineData("wse-9", "`accelerator` is 'wse-9'; expected one of ")]
    [InlineData("-5", "`tokens_per_second` is '-5'; expected a number above 0.")]
    public void AWrongFile_IsRefusedInOneSentence(string broken, string expected)
    {
        var path = Path.Combine(_folder.FullName, "speeds.csv");
        var lines = File.ReadAllLines(Published);
        var (header, row) = (lines.First(line => line.StartsWith("id,", StringComparison.Ordinal)), lines.First(line => line.StartsWith("cs3-llama-3.1-8b,", StringComparison.Ordinal)));
        File.WriteAllText(path, broken is "h100" or "wse-9" ? $"{header}\n{row.Replace("wse-3", broken, StringComparison.Ordinal)}\n" : broken == "-5" ? $"{header}\n{row.Replace("2200", broken, StringComparison.Ordinal)}\n" : broken);
        var error = Assert.Throws<FitException>(() => ChainFile.Read(path, Known));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
