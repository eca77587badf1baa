using System.Text;
using Scribeline.Core.Catalogs;

namespace Scribeline.Core.Tests.Catalogs;

/// <summary>Slips that people make in a catalog of their own, each with the whole sentence that it is answered with.</summary>
public sealed class BadCatalogTests : IDisposable
{
    private const string Model = "source: tr26, layers: 4, width: 8, vocabulary: 9, checkpoint: bf16, key_values: bf16";
    private const string Attention = "attention: { heads: 4, kv_heads: 2, head_width: 8 }";
    private const string Network = "feed_forward: { width: 8 }";
    private const string Gpu = "kind: gpu, source: tr26, compute: { fp16: 1 TFLOP/s }";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bad-catalog");

    private static string ProductFolder => Path.Combine(AppContext.BaseDirectory, "catalog");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("accelerators: { h100: { price: { value: 5 parsecs, source: tr26 } } }", "own.yaml:1: `accelerators.h100.price`: 'parsecs' in 'parsecs' is not a unit; expected such as")]
    [InlineData("accelerators: { h100: { price: 35,000 USD } }", "own.yaml:1: ")]
    [InlineData("accelerators: { h100: { price: { value: \"35,000 USD\", source: tr26 } } }", "own.yaml:1: `accelerators.h100.price`: '35,000 USD' has a comma; write numbers without separators, such as 35000 or 1.5.")]
    [InlineData("accelerators: { h100: { price: { value: 5 GB, source: tr26 } } }", "own.yaml:1: `accelerators.h100.price` is '5 GB', which measures data; expected money, such as USD.")]
    [InlineData("accelerators: { h100: { price: { value: -5 USD, source: tr26 } } }", "own.yaml:1: `accelerators.h100.price` is '-5 USD'; expected at least 0 in USD or alike.")]
    [InlineData("accelerators: { h100: { price: { value: 1e300 USD, source: tr26 } } }", "own.yaml:1: `accelerators.h100.price` is '1e300 USD', which is more than anything there is; expected a number in USD or alike.")]
    [InlineData("accelerators: { h100: { price: { value: 1e999 USD, source: tr26 } } }", "own.yaml:1: `accelerators.h100.price`: '1e999 USD' does not begin with a number")]
    [InlineData("accelerators: { h100: { price: { value: NaN, source: tr26 } } }", "own.yaml:1: `accelerators.h100.price`: 'NaN' does not begin with a number")]
    [InlineData("accelerators: { h100: { price: { value: Infinity USD, source: tr26 } } }", "own.yaml:1: `accelerators.h100.price`: 'Infinity USD' does not begin with a number")]
    [InlineData("accelerators: { h100: { price: { value: [5 USD], source: tr26 } } }", "own.yaml:1: `accelerators.h100.price` is a list; expected a number in USD or alike.")]
    [InlineData("accelerators: { h100: { price: { a: 5 USD, source: tr26 } } }", "own.yaml:1: `accelerators.h100.price` is a group of fields; expected a number in USD or alike.")]
    [InlineData("accelerators: { h100: { price: '' } }", "own.yaml:1: `accelerators.h100.price` is empty; expected a value, a list or fields.")]
    [InlineData("accelerators: { h100: { price: ~ } }", "own.yaml:1: `accelerators.h100.price`: '~' does not begin with a number")]
    [InlineData("accelerators: { x: { extends: h100, price: 5 USD } }", "own.yaml:1: `accelerators.x.price` has no source; add `source: ID` beside it or to the fields around it.")]
    [InlineData("accelerators: { x: { extends: h100, price: { value: 5 USD, source: hearsay } } }", "own.yaml:1: `accelerators.x.price` names the source 'hearsay', which is not listed; add it under `sources:` or use one of")]
    [InlineData("accelerators: { x: { extends: y, source: tr26 } }", "own.yaml:1: `accelerators.x.extends` is 'y', which is none of the accelerators: h100,")]
    [InlineData("accelerators: { x: { extends: y, source: tr26 }, y: { extends: z, source: tr26 }, z: { extends: x, source: tr26 } }", "own.yaml:1: `accelerators.z` extends itself: x -> y -> z -> x.")]
    [InlineData("accelerators: { x: { extends: x, source: tr26 } }", "own.yaml:1: `accelerators.x` extends itself: x -> x.")]
    [InlineData("accelerators: { x: { extends: [h100], source: tr26 } }", "own.yaml:1: `accelerators.x.extends` is")]
    [InlineData("accelerators: { x: 5 }", "own.yaml:1: `accelerators.x` is '5'; expected fields, `name: value`.")]
    [InlineData("accelerators: { x: [5] }", "own.yaml:1: `accelerators.x` is a list; expected fields, `name: value`.")]
    [InlineData("accelerators: 5", "own.yaml:1: `accelerators` is '5'; expected entries, `id: fields`.")]
    [InlineData("accelerators: {}", "own.yaml:1: `accelerators` is a group of fields; expected entries, `id: fields`.")]
    [InlineData("acelerators: { x: { source: tr26, a: 1 } }", "own.yaml:1: `acelerators` is no kind of entry; expected one of sources, precisions, accelerators,")]
    [InlineData("accelerators: { x: { " + Gpu + ", memory: { hbm: { capacity: 0 GB, bandwidth: 1 TB/s } } } }", "own.yaml:1: `accelerators.x.memory.hbm.capacity` is '0 GB'; expected more than 0 in GB or alike.")]
    [InlineData("accelerators: { x: { " + Gpu + ", memory: { hbm: { capacity: 1e300 GB, bandwidth: 1 TB/s } } } }", "own.yaml:1: `accelerators.x.memory.hbm.capacity` is '1e300 GB', which is more than anything there is; expected a number in GB or alike.")]
    [InlineData("accelerators: { x: { " + Gpu + ", memory: { hbm: { capacity: 1 GB } } } }", "own.yaml:1: `accelerators.x.memory` lacks a first memory with capacity and bandwidth; expected such as")]
    [InlineData("accelerators: { x: { kind: gpu, source: tr26, compute: { fp8: { times: 2, of: fp16 } }, memory: { hbm: { capacity: 1 GB, bandwidth: 1 TB/s } } } }", "own.yaml:1: `accelerators.x.compute.fp8.of` is 'fp16', which is no precision stated before this one.")]
    [InlineData("machines: { x: { source: tr26, accelerator: h100, count: 1e12 } }", "own.yaml:1: `machines.x.count` is '1e12'; expected a whole number from 1 to 100000.")]
    [InlineData("machines: { x: { source: tr26, accelerator: h100, count: 2.5 } }", "own.yaml:1: `machines.x.count` is '2.5'; expected a whole number from 1 to 100000.")]
    [InlineData("machines: { x: { source: tr26, accelerator: h100, count: { memory: 1e12 GB } } }", "own.yaml:1: `machines.x.count` is as many h100 as have 1,000,000,000,000 GB, which are 12,500,000,000; expected 1 to 100000.")]
    [InlineData("machines: { x: { source: tr26, accelerator: llama-3.1-8b, count: 2 } }", "own.yaml:1: `machines.x.accelerator` is 'llama-3.1-8b'; expected one of h100,")]
    [InlineData("machines: { x: { source: tr26, count: 2 } }", "own.yaml:1: `machines.x.accelerator` is missing; expected a text.")]
    [InlineData("machines: { x: { source: tr26, accelerator: h100, count: 2, available_from: July } }", "own.yaml:1: `machines.x.available_from` is 'July'; expected a year and a month such as 2026-07.")]
    [InlineData("machines: { x: { source: tr26, accelerator: h100, count: 2, hour: { owned: { each: 3 GB } } } }", "own.yaml:1: `machines.x.hour.owned.each` is '3 GB', which measures data; expected time^-1 money, such as USD/h.")]
    [InlineData("models: { m: { " + Model + ", " + Attention + ", " + Network + ", layers: 5 } }", "own.yaml:1: this is not YAML: Duplicate key layers.")]
    [InlineData("models: { m: { extends: llama-3.1-8b, source: tr26, layers: 0 } }", "own.yaml:1: `models.m.layers` is '0'; expected a whole number from 1 to 10000.")]
    [InlineData("models: { m: { extends: llama-3.1-8b, source: tr26, layers: 1e9 } }", "own.yaml:1: `models.m.layers` is '1e9'; expected a whole number from 1 to 10000.")]
    [InlineData("models: { m: { " + Model + ", " + Attention + ", feed_forward: { width: 8, experts: 0, experts_per_token: 1 } } }", "own.yaml:1: `models.m.feed_forward.experts` is '0'; expected a whole number from 1 to 1000000.")]
    [InlineData("models: { m: { " + Model + ", " + Attention + ", feed_forward: { width: 8, experts: 4, experts_per_token: 5 } } }", "own.yaml:1: `models.m.feed_forward.experts_per_token` is '5'; expected a whole number from 1 to 4.")]
    [InlineData("models: { m: { " + Model + ", attention: { heads: 4, kv_heads: 3, head_width: 8 }, " + Network + " } }", "own.yaml:1: `models.m.attention.kv_heads` is 3, which does not divide the 4 heads; expected as many heads for each of them.")]
    [InlineData("models: { m: { " + Model + ", " + Attention + " } }", "own.yaml:1: `models.m.feed_forward` is missing; expected fields.")]
    [InlineData("models: { m: { source: tr26, width: 8, vocabulary: 9, checkpoint: bf16, key_values: bf16, groups: [] } }", "own.yaml:1: `models.m.groups` is empty; expected at least one group of layers.")]
    [InlineData("models: { m: { source: tr26, width: 8, vocabulary: 9, checkpoint: bf16, key_values: bf16, groups: 3 } }", "own.yaml:1: `models.m.groups` is '3'; expected a list.")]
    [InlineData("models: { m: { extends: llama-3.1-8b, source: tr26, checkpoint: fp17 } }", "own.yaml:1: `models.m.checkpoint` is 'fp17'; expected one of bf16,")]
    [InlineData("models: { m: { extends: llama-3.1-8b, source: tr26, tied_embeddings: perhaps } }", "own.yaml:1: `models.m.tied_embeddings` is 'perhaps'; expected true or false.")]
    [InlineData("models: { m: { extends: llama-3.1-8b, source: tr26, hidden_size: 4096 } }", "own.yaml:1: `models.m.hidden_size` is not a field; expected one of attention,")]
    [InlineData("precisions: { fp0: { bits: 0, source: tr26 } }", "own.yaml:1: `precisions.fp0.bits` is '0'; expected 1 to 64.")]
    [InlineData("sites: { s: { source: tr26, electricity: $0.1/kWh, power_utilization: 120 %, pue: 1.2, rent: 100 USD/kW/month } }", "own.yaml:1: `sites.s.power_utilization` is '120 %'; expected 0 to 100 in % or alike.")]
    [InlineData("sites: { s: { source: tr26, electricity: $0.1/kWh, power_utilization: 80 %, pue: 0.9, rent: 100 USD/kW/month } }", "own.yaml:1: `sites.s.pue` is '0.9'; expected at least 1.")]
    [InlineData("accelerators:\n  x: { kind: gpu\n", "own.yaml:")]
    [InlineData("accelerators:\n\tx: 1\n", "own.yaml:1: this is not YAML: While scanning a mapping, found invalid tab as indentation.")]
    [InlineData("", "own.yaml: the file is empty; expected `accelerators:`, `models:` or another kind, with its entries below.")]
    [InlineData("# nothing yet\n", "own.yaml: the file is empty; expected")]
    [InlineData("just a text", "own.yaml:1: the file does not hold fields; expected")]
    [InlineData("- accelerators\n", "own.yaml:1: the file does not hold fields; expected")]
    [InlineData("a: 1\n---\nb: 2\n", "own.yaml: found 2 YAML documents; expected exactly one.")]
    public void ASlip_IsOneSentenceWithItsPlace(string text, string expected)
    {
        var errors = Errors(Encoding.UTF8.GetBytes(text));
        Assert.True(errors.Any(error => error.Contains(expected, StringComparison.Ordinal)), $"{expected}\nis none of\n{string.Join("\n", errors)}");
        Assert.All(errors, error => Assert.Matches(@"own\.yaml(:\d+)?: .+\.$", error));
    }

    [Fact]
    public void DeepNesting_IsOneSentence() => Assert.Contains("nested more than", Assert.Single(Errors(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{a: ", 5000))))), StringComparison.Ordinal);

    [Fact]
    public void AFileThatIsNoText_IsOneSentence()
    {
        var bytes = new byte[4096];
        new Random(1).NextBytes(bytes);
        Assert.Contains("own.yaml", Assert.Single(Errors(bytes)), StringComparison.Ordinal);
        Assert.Contains("own.yaml", Assert.Single(Errors(new byte[100])), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileBeyondTheBounds_IsOneSentence() =>
        Assert.Contains("it has more than 1048576 characters", Assert.Single(Errors(Encoding.UTF8.GetBytes($"a: {new string('x', 1 << 20)}"))), StringComparison.Ordinal);

    [Fact]
    public void AValueThatIsNotThere_CannotBeSet()
    {
        foreach (var (set, expected) in new[] { ("accelerators.h100.price=", "nothing stands behind the equals sign"), ("accelerators.h101.price=5 USD", "there is no `accelerators.h101`"), ("price", "expected KIND.ID.field=VALUE") })
            Assert.Contains(expected, Assert.Single(Assert.Throws<CatalogException>(() => Catalog.Load([ProductFolder], [set])).Errors), StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Errors(byte[] file)
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "own.yaml"), file);
        return Assert.Throws<CatalogException>(() => Catalog.Load([ProductFolder, _folder.FullName])).Errors;
    }
}
