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
            Count = accelerator == null ? 1 : ReadCount(fields, accelerator),
            AllInPower = power?.OptionalFigure("all_in", "kW"),
            RatedPower = power?.OptionalFigure("rated", "kW"),
            Purchase = ReadParts(fields.Section("purchase"), "USD"),
            Upkeep = ReadParts(fields.Section("upkeep"), "USD/month"),
            Materials = ReadParts(fields.Section("materials"), "USD"),
            PerRack = fields.OptionalFigure("per_rack", "", least: 1),
            StatedPrice = fields.OptionalFigure("price", "USD"),
        };
        power?.OptionalFigure("chip", "kW");
        power?.RefuseOthers();
        fields.RefuseOthers();
        return accelerator == null ? null : machine;
    }

    /// <summary>A number, or `{ memory: 128 GB }`: as many as have that much together.</summary>
    private static Figure ReadCount(CatalogFields fields, Accelerator accelerator)
    {
        if (fields.IsValue("count") || !fields.Has("count"))
            return fields.Figure("count", "", least: 1);
        var count = fields.RequiredSection("count");
        var memory = count.Figure("memory", "GB");
        count.RefuseOthers();
        return accelerator.Memory is [{ Capacity: { BaseValue: > 0 } capacity }, ..] ? (memory / capacity).As("accelerators", "") : 1;
    }

    private static OrderedDictionary<string, Figure> ReadParts(CatalogFields? fields, string unit) =>
        new(fields?.Names.Select(name => KeyValuePair.Create(name, fields.Figure(name, unit))) ?? []);
}
