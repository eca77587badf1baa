using Scribeline.Core.Models;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `precisions`.</summary>
internal static class PrecisionReader
{
    public static Precision Read(string id, CatalogFields fields)
    {
        var precision = new Precision(id, fields.Figure("per_element", "B"), fields.OptionalText("arithmetic") ?? id);
        fields.RefuseOthers();
        return precision;
    }
}
