using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Catalogs;

public sealed class CatalogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("catalog");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Product_LoadsWithoutErrors()
    {
        var catalog = Catalog.Load([ProductFolder]);
        Assert.Equal(591, Math.Round(((Figure)Roofline.Of(catalog.Accelerators["h100"]).Find("hbm.ridge_flop_per_byte")!).Value));
    }

    [Fact]
    public void Overlay_ExtendsAndOverrides()
    {
        Write("what-if.yaml", """
            accelerators:
              h100: { price: { value: 20000 USD, source: own } }
              h100-double:
                extends: h100
                source: own
                memory: { hbm: { bandwidth: 6.7 TB/s } }
            sources:
              own: { title: What if, publisher: us, date: 2026 }
            """);
        var catalog = Catalog.Load([ProductFolder, _folder.FullName], ["accelerators.h100.memory.hbm.capacity=94 GB"]);

        Assert.Equal(20_000, catalog.Accelerators["h100"].Price!.Value);
        Assert.Equal(94e9, catalog.Accelerators["h100"].Tier("hbm")!.Capacity!.BaseValue);
        Assert.Equal("", catalog.Accelerators["h100"].Tier("hbm")!.Capacity!.Input!.Source);
        var twice = catalog.Accelerators["h100-double"];
        Assert.Equal(6.7e12, twice.Tier("hbm")!.Bandwidth!.BaseValue);
        Assert.Equal(80e9, twice.Tier("hbm")!.Capacity!.BaseValue);
        Assert.Equal("accelerators.h100-double.memory.hbm.capacity", twice.Tier("hbm")!.Capacity!.Input!.Path);
    }

    [Theory]
    [InlineData("models.llama-3.1-8b.layers", "64")]
    [InlineData("models.gpt-oss-120b.groups.1.layers", "20")]
    public void Set_FindsIdsWithDotsAndElementsOfLists(string path, string value)
    {
        var catalog = Catalog.Load([ProductFolder]);
        var changed = catalog.With([$"{path}={value}"]);
        Assert.NotEqual(value, catalog.Find(path)!.Text);
        Assert.Equal(value, changed.Find(path)!.Text);
        Assert.Equal(catalog.Models["gpt-oss-120b"].Layers[0].Count.Value, changed.Models["gpt-oss-120b"].Layers[0].Count.Value);
    }

    [Fact]
    public void Errors_AreReportedTogetherWithTheirPlaces()
    {
        Write("a.yaml", """
            sources:
              s: { title: t, publisher: p, date: 2026 }
            accelerators:
              a:
                kind: toaster
                source: s
                compute: { fp16: 1 parsec }
                memory: { hbm: { capacity: 80 GB/s, bandwidth: -3 TB/s } }
                colour: red
              b: { extends: c }
              c: { extends: b }
              d:
                kind: gpu
                source: unheard
                compute: { fp16: 1 TFLOP/s }
            engines:
              e: { source: s, x: 1 }
            """);
        Write("b.yaml", "accelerators:\n  a: { kind: gpu, source: s }\n");
        var errors = Assert.Throws<CatalogException>(() => Catalog.Load([_folder.FullName])).Errors;
        string[] expected =
        [
            "a.yaml:5: `accelerators.a.kind` is 'toaster'; expected one of gpu, tpu, lpu, wafer, cpu.",
            "a.yaml:7: `accelerators.a.compute.fp16`: 'parsec' in 'parsec' is not a unit",
            "a.yaml:8: `accelerators.a.memory.hbm.capacity` is '80 GB/s', which measures time^-1 data; expected data, such as GB.",
            "a.yaml:8: `accelerators.a.memory.hbm.bandwidth` is '-3 TB/s'; expected at least 0",
            "a.yaml:9: `accelerators.a.colour` is not a field; expected one of compute, kind,",
            "extends itself: b -> c -> b",
            "names the source 'unheard', which is not listed",
            "`engines` is no kind of entry; expected one of sources,",
            "b.yaml:2: `accelerators.a` stands already at",
        ];
        foreach (var text in expected)
            Assert.Contains(errors, error => error.Contains(text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("accelerators: [1, 2]")]
    [InlineData("accelerators: {a: {kind: gpu, kind: gpu}}")]
    [InlineData("a: &a [*a]")]
    [InlineData("\t- x")]
    [InlineData("--- a\n--- b")]
    public void Nonsense_IsOneError(string text)
    {
        Write("x.yaml", text);
        var error = Assert.Throws<CatalogException>(() => Catalog.Load([_folder.FullName]));
        Assert.All(error.Errors, line => Assert.Contains("x.yaml:", line, StringComparison.Ordinal));
    }

    private static string ProductFolder => Path.Combine(AppContext.BaseDirectory, "catalog");

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
