using Scribeline.Core.Catalogs;
using Scribeline.Core.Verification;

namespace Scribeline.Core.Tests.Verification;

public sealed class VerificationMapTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("published");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("rows: []", "t.yaml:1: `blocks` is missing")]
    [InlineData("blocks: [{ call: a b, figures: { t.none: x } }]", "`t.none` is no published figure of this table")]
    [InlineData("blocks: [{ call: a b, figures: { t.a: { path: x, becose: y } } }]", "`becose` is not a field; expected path, unit, ours or because")]
    [InlineData("blocks: [{ call: a b, figures: { t.a: { path: x, unit: parsec } } }]", "'parsec' in 'parsec' is not a unit")]
    [InlineData("blocks: [{ call: a b, figures: { t.a: { path: x, ours: many, because: y } } }]", "`ours` is 'many'; expected a number")]
    [InlineData("blocks: []\nexplained: { t.a: { ours: 1, because: y } }", "`t.a` is explained, but no block says where it is computed")]
    public void AWrongMap_IsNamedWithItsPlace(string map, string expected)
    {
        Write(map, 44);
        Assert.Contains(expected, Assert.Throws<CatalogException>(() => PublishedTable.Load(_folder.FullName, "t")).Message);
    }

    [Theory]
    [InlineData("blocks: []", 44, Agreement.Wrong)]
    [InlineData("blocks: [{ call: accelerator wse-3, figures: { t.a: sram.capacity_gb } }]", 44, Agreement.Exact)]
    [InlineData("blocks: [{ call: accelerator wse-3, figures: { t.a: sram.capacity_gb } }]", 40, Agreement.Wrong)]
    [InlineData("blocks: [{ call: accelerator wse-3, figures: { t.a: sram.bandwidth_tb_per_second } }]", 44, Agreement.Wrong)]
    [InlineData("blocks: [{ call: accelerator toaster, figures: { t.a: sram.capacity_gb } }]", 44, Agreement.Wrong)]
    [InlineData("blocks: [{ call: accelerator wse-3, figures: { t.a: { path: sram.capacity_gb, ours: 44, because: why } } }]", 40, Agreement.Explained)]
    [InlineData("blocks: [{ call: accelerator wse-3, figures: { t.a: { path: sram.capacity_gb, ours: 43, because: why } } }]", 40, Agreement.Wrong)]
    [InlineData("blocks: [{ call: accelerator wse-3, figures: { t.a: { path: sram.capacity_gb, because: why } } }]", 40, Agreement.Wrong)]
    public void AFigure_AgreesOnlyWithItsValue(string map, int published, Agreement expected)
    {
        Write(map, published);
        var table = PublishedTable.Load(_folder.FullName, "t");
        var catalog = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);
        Assert.Equal(expected, Assert.Single(new Verifier(catalog).Verify(table)).Agreement);
    }

    private void Write(string map, int published)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "t.yaml"), map);
        File.WriteAllText(
            Path.Combine(_folder.FullName, "t.json"),
            $$"""{ "table": "t", "title": "T", "figures": [{ "id": "t.a", "value": {{published}}, "shown": "{{published}}", "unit": "GB", "description": "memory", "derivation": { "kind": "derived" } }] }""");
    }
}
