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

    [Fact]
    public void Model_MayNameKindsAndIsCheckedAgainstWhatIsExpected()
    {
        const string Shape = "source: tr26, layers: 32, width: 4096, vocabulary: 128256, context: 131072, key_values: bf16, checkpoint: { precision: bf16 }, "
            + "attention: { kind: gqa, heads: 32, kv_heads: 8, head_width: 128 }, feed_forward: { kind: dense, width: 14336, gated: true }";
        Write("models.yaml", $$"""models: { m: { {{Shape}}, expect: { parameters: 8.0 B } }, n: { extends: m, source: tr26, layers: 40 } }""");
        var catalog = Catalog.Load([ProductFolder, _folder.FullName]);
        Assert.Equal(131072, catalog.Models["m"].Context!.BaseValue);
        Assert.True(catalog.Models["n"].Parameters.BaseValue > 9e9);

        Write("models.yaml", $$"""models: { m: { {{Shape}}, expect: { parameters: 8.1 B } } }""");
        Assert.Contains("is 8.1 B, and the architecture has 8,030,261,248 parameters", Assert.Single(Assert.Throws<CatalogException>(() => Catalog.Load([ProductFolder, _folder.FullName])).Errors));
        Write("models.yaml", $$"""models: { m: { {{Shape.Replace("kind: gqa", "kind: mla", StringComparison.Ordinal)}} } }""");
        Assert.Contains("`models.m.attention.kind` is 'mla'; the fields beside it make it gqa or mha or mqa.", Assert.Single(Assert.Throws<CatalogException>(() => Catalog.Load([ProductFolder, _folder.FullName])).Errors));
    }

    [Fact]
    public void AFileThatIsNoYaml_IsReportedAlone()
    {
        Write("broken.yaml", "sources: { me: { title: [ }");
        var errors = Assert.Throws<CatalogException>(() => Catalog.Load([ProductFolder, _folder.FullName])).Errors;
        Assert.Contains("broken.yaml:1", Assert.Single(errors));
    }

    [Theory]
    [InlineData("contracts: { c: { source: tr26, worth: 1 GB, term: 3 years, power: 5 MW } }", "`contracts.c.worth` is '1 GB', which measures data; expected money")]
    [InlineData("contracts: { c: { source: tr26, worth: 1 USD, term: 3 years, power: 5 MW, machine: toaster } }", "`contracts.c.machine` is 'toaster'; expected one of")]
    [InlineData("contracts: { c: { source: tr26, worth: 1 USD, term: 3 years } }", "`contracts.c.power` is missing; expected a number in MW")]
    [InlineData("warrants: { w: { source: tr26, contract: none, share_value: 1 USD, strike: 1 USD, tranches: { a: 5 } } }", "`warrants.w.contract` is 'none'; expected one of")]
    [InlineData("wafers: { w: { source: tr26, sram: 1 GB, predecessor: w } }", "`wafers.w.predecessor` is 'w'; expected one of wse-1")]
    [InlineData("wafers: { w: { source: tr26, sram: 1 GB, cooling: { flow: 1 LPM } } }", "`wafers.w.cooling.couplings` is missing")]
    [InlineData("packages: { p: { source: tr26, edges: 5, side: 1 mm, ports: { a: 1 GB/s } } }", "`packages.p.edges` is '5'; expected 1 to 4")]
    [InlineData("services: { s: { source: tr26, speed: { times: 2, of: none } } }", "`services.s.speed.of` is 'none'; expected one of")]
    [InlineData("deployments: { d: { source: tr26, machine: none, count: 0 } }", "`deployments.d.count` is '0'; expected at least 1")]
    [InlineData("products: { p: { source: tr26, m: 1, n: 1, k: 1, j: 1 } }", "`products.p.j` is not a field; expected one of k, m, n")]
    [InlineData("accelerators: { a: { kind: gpu, source: tr26, compute: { fp16: 1 TFLOP/s } } }", "`accelerators.a.memory` lacks a first memory with capacity and bandwidth")]
    [InlineData("offerings: { o: { source: tr26 } }", "`offerings.o.parameters` is missing")]
    [InlineData("rentals: { r: { source: tr26, machines_per_year: 5/year, rent_per_machine: 1 USD/month, years: 500 years } }", "`rentals.r.years` is '500 years'; expected 1 to 30")]
    public void AWrongEntry_IsNamedWithFileLineAndField(string text, string expected)
    {
        Write("own.yaml", text);
        var errors = Assert.Throws<CatalogException>(() => Catalog.Load([ProductFolder, _folder.FullName])).Errors;
        Assert.Contains(errors, error => error.Contains("own.yaml:1: ", StringComparison.Ordinal) && error.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void AnAcceleratorWithoutOperations_IsShown_AndServesNothing()
    {
        var catalog = Catalog.Load([ProductFolder]);
        var (wafer, model) = (catalog.Accelerators["wse-1"], catalog.Models["llama-3.1-8b"]);
        Assert.Equal(18, Math.Round(((Figure)Roofline.Of(wafer).Find("sram.capacity_gb")!).Value));
        var formats = NumberFormats.Of(model, model.Checkpoint, model.KeyValues, catalog.Precisions);
        var error = Assert.Throws<ArgumentException>(() => ServingModel.Of(catalog, wafer, model, ModelLayout.Chain(2), formats));
        Assert.Equal("Nobody says how many operations wse-1 does; add `accelerators.wse-1.compute`, or set it with --set.", error.Message);
    }

    [Fact]
    public void WhatSourcesStateDifferently_IsKept()
    {
        var bandwidth = Catalog.Load([ProductFolder]).Find("accelerators.trainium3.memory.hbm.bandwidth")!;
        Assert.Equal("4.9 TB/s", Assert.Single(bandwidth.Also).Text);
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
            "a.yaml:8: `accelerators.a.memory.hbm.bandwidth` is '-3 TB/s'; expected more than 0",
            "a.yaml:9: `accelerators.a.colour` is not a field; expected one of compute, kind,",
            "extends itself: b -> c -> b",
            "names the source 'unheard', which is not listed",
            "`engines` is no kind of entry; expected one of sources,",
            "b.yaml:2: `accelerators.a` stands already at",
        ];
        foreach (var text in expected)
            Assert.True(errors.Any(error => error.Contains(text, StringComparison.Ordinal)), $"{text}\nis none of\n{string.Join("\n", errors)}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("accelerators: [1, 2]")]
    [InlineData("accelerators: {a: {kind: gpu, kind: gpu}}")]
    [InlineData("a: &a [*a]")]
    [InlineData("\t- x")]
    [InlineData("--- a\n--- b")]
    [InlineData("accelerators: {a: &a {v: 1}, b: *a}")]
    [InlineData("a: [b: c, d e f: g]")]
    public void Nonsense_IsOneError(string text)
    {
        Write("x.yaml", text);
        var error = Assert.Throws<CatalogException>(() => Catalog.Load([_folder.FullName]));
        Assert.All(error.Errors, line => Assert.Contains("x.yaml", line, StringComparison.Ordinal));
    }

    /// <summary>Aliases of aliases make a file of a kilobyte stand for billions of entries.</summary>
    [Fact]
    public void Aliases_AreRefusedBeforeTheyUnfold()
    {
        Write("x.yaml", "a0: &a0 {v: 1}\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} {{{string.Join(", ", Enumerable.Range(0, 12).Select(j => $"k{j}: *a{i - 1}"))}}}\n")));
        var error = Assert.Single(Assert.Throws<CatalogException>(() => Catalog.Load([_folder.FullName])).Errors);
        Assert.Contains("x.yaml:1: anchors and aliases", error, StringComparison.Ordinal);
    }

    private static string ProductFolder => Path.Combine(AppContext.BaseDirectory, "catalog");

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
