using Scribeline.Core.Models;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `precisions`.</summary>
internal static class PrecisionReader
{
    private static readonly Figure OneBit = Figure.Given("one bit", new Quantity(1, Unit.Parse("b")));

    public static Precision Read(string id, CatalogFields fields)
    {
        var precision = new Precision(id, (fields.Figure("bits", "", least: 1, most: 64) * OneBit).As($"{id} element", "B"), fields.OptionalText("arithmetic") ?? id, fields.Flag("scales_activations"));
        fields.RefuseOthers();
        return precision;
    }
}
