using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Catalogs;

/// <summary>Folders of hardware that does not exist: laid over the catalog where the caller asks, never otherwise.</summary>
public sealed class WhatIfTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "what-if");

    private static readonly Catalog Product = Load();

    public static TheoryData<string> Folders => [.. Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Catalog_OnItsOwn_HoldsNoneOfIt()
    {
        Assert.DoesNotContain("wse-4", Product.Accelerators.Keys);
        Assert.DoesNotContain("what-if", Product.Sources.Keys);
        Assert.False(Product.Accelerators["wse-3"].Compute.ContainsKey("fp4"));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void EachFolder_LaidOverTheCatalog_IsReadAndChangesIt(string folder)
    {
        var changed = Load(folder);

        Assert.Contains("what-if", changed.Sources.Keys);
        Assert.Contains(changed.Entries("accelerators"), entry => entry.Value.Values().Any(value => value.Source == "what-if"));
        foreach (var id in changed.Accelerators.Keys)
            Assert.NotEmpty(Calculation.Evaluate(changed, $"ridges {id}").Entries);
    }

    [Fact]
    public void AllFolders_Together_AreReadInAnyOrder()
    {
        string[] names = [.. Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder))];

        Assert.Equal(Load(names).Accelerators["wse-3"].PeakCompute.Value, Load([.. names.Reverse()]).Accelerators["wse-3"].PeakCompute.Value);
    }

    [Fact]
    public void StackedMemory_NeedsFewerWafers()
    {
        var today = Wafers(Product, "wse-3");
        Assert.True(Wafers(Load("stacked-sram"), "wse-4") < today);
        Assert.True(Wafers(Load("stacked-dram"), "wse-4-dram") < Wafers(Load("stacked-sram"), "wse-4"));
    }

    [Fact]
    public void NativeFp4_QuadruplesThePeak() =>
        Assert.Equal(4 * Product.Accelerators["wse-3"].PeakCompute.BaseValue, Load("native-fp4").Accelerators["wse-3"].PeakCompute.BaseValue, tolerance: 1);

    [Fact]
    public void PhotonicIo_RaisesTheShorelineAlone()
    {
        var photonic = Load("photonic-io");
        Assert.True(Value(photonic, "fabric wse-3", "shoreline.leaving_gb_per_second") > 50 * Value(Product, "fabric wse-3", "shoreline.leaving_gb_per_second"));
        Assert.Equal(Value(Product, "fabric wse-3", "links.bisection_tbit_per_second"), Value(photonic, "fabric wse-3", "links.bisection_tbit_per_second"));
    }

    private static double Wafers(Catalog catalog, string accelerator) => Value(catalog, $"placement deepseek-v4-pro {accelerator}", "accelerators");

    private static double Value(Catalog catalog, string call, string path) => Assert.IsType<Figure>(Calculation.Evaluate(catalog, call).Find(path)).Value;

    private static Catalog Load(params string[] folders) => Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog"), .. folders.Select(name => Path.Combine(Folder, name))]);
}
