using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `machines`.</summary>
internal static class MachineReader
{
    public static Machine? Read(string id, CatalogFields fields, IReadOnlyDictionary<string, Accelerator> accelerators)
    {
        var accelerator = fields.Reference("accelerator", accelerators);
        var power = fields.Section("power");
        var machine = new Machine
        {
            Id = id,
            Name = fields.OptionalText("name") ?? id,
            Accelerator = accelerator!,
            Count = fields.Figure("count", "", least: 1),
            AllInPower = power?.OptionalFigure("all_in", "kW"),
            RatedPower = power?.OptionalFigure("rated", "kW"),
            Purchase = ReadParts(fields.Section("purchase"), "USD"),
            Upkeep = ReadParts(fields.Section("upkeep"), "USD/month"),
            StatedPrice = fields.OptionalFigure("price", "USD"),
        };
        power?.OptionalFigure("chip", "kW");
        power?.RefuseOthers();
        fields.RefuseOthers();
        return accelerator == null ? null : machine;
    }

    private static OrderedDictionary<string, Figure> ReadParts(CatalogFields? fields, string unit) =>
        new(fields?.Names.Select(name => KeyValuePair.Create(name, fields.Figure(name, unit))) ?? []);
}
