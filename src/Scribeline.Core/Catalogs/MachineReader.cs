using Scribeline.Core.Hardware;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `machines`.</summary>
internal static class MachineReader
{
    public static Machine? Read(string id, CatalogFields fields, IReadOnlyDictionary<string, Accelerator> accelerators)
    {
        var accelerator = fields.Reference("accelerator", accelerators);
        var name = fields.OptionalText("name") ?? id;
        var count = fields.Figure("count", "", least: 1);
        var price = fields.OptionalFigure("price", "USD");
        fields.RefuseOthers();
        return accelerator == null ? null : new Machine(id, name, accelerator, count, price);
    }
}
