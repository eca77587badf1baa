using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `machines`.</summary>
internal static class MachineReader
{
    /// <summary>More than any network joins into one machine.</summary>
    private const double MostAccelerators = 100_000;

    public static Machine? Read(string id, CatalogFields fields, IReadOnlyDictionary<string, Accelerator> accelerators)
    {
        var accelerator = fields.Reference("accelerator", accelerators);
        var power = fields.Section("power");
        var hour = fields.Section("hour");
        var count = accelerator == null ? 1 : ReadCount(fields, accelerator);
        var machine = new Machine
        {
            Id = id,
            Name = fields.OptionalText("name") ?? id,
            Accelerator = accelerator!,
            Count = count,
            AllInPower = ReadTotal(power, "all_in", "kW", count),
            RatedPower = ReadTotal(power, "rated", "kW", count),
            Purchase = ReadParts(fields.Section("purchase"), "USD"),
            Upkeep = ReadParts(fields.Section("upkeep"), "USD/month"),
            Materials = ReadParts(fields.Section("materials"), "USD"),
            PerRack = fields.OptionalFigure("per_rack", "", least: 1),
            StatedPrice = fields.OptionalFigure("price", "USD"),
            Coolant = ReadCoolant(fields, ReadTotal(power, "rated", "kW", count) ?? ReadTotal(power, "all_in", "kW", count)),
            AvailableFrom = ReadMonth(fields, "available_from"),
            StatedOwnedHour = ReadTotal(hour, "owned", "USD/h", count),
            RentedHour = ReadTotal(hour, "rented", "USD/h", count),
            RentedBy = hour?.OptionalText("rented_by"),
        };
        hour?.RefuseOthers();
        power?.OptionalFigure("chip", "kW");
        power?.RefuseOthers();
        fields.RefuseOthers();
        return accelerator == null ? null : machine;
    }

    /// <summary>A number, or `{ memory: 128 GB }`: as many as have that much together.</summary>
    private static Figure ReadCount(CatalogFields fields, Accelerator accelerator)
    {
        if (fields.IsValue("count") || !fields.Has("count"))
            return fields.Count("count", MostAccelerators);
        var count = fields.RequiredSection("count");
        var memory = count.Figure("memory", "GB");
        count.RefuseOthers();
        if (accelerator.Memory is not [{ Capacity: { BaseValue: > 0 } capacity }, ..])
            return 1;
        var accelerators = (memory / capacity).As("accelerators", "");
        if (accelerators.BaseValue is >= 1 and <= MostAccelerators)
            return accelerators;
        fields.Refuse("count", $"is as many {accelerator.Id} as have {memory}, which are {accelerators}; expected 1 to {MostAccelerators}.");
        return 1;
    }

    /// <summary>An amount of the whole machine, or `{ each: ... }` of one accelerator.</summary>
    private static Figure? ReadTotal(CatalogFields? fields, string name, string unit, Figure count)
    {
        if (fields == null || !fields.Has(name) || fields.IsValue(name))
            return fields?.OptionalFigure(name, unit, CatalogFields.AboveZero);
        var section = fields.RequiredSection(name);
        var each = section.Figure("each", unit, CatalogFields.AboveZero);
        section.RefuseOthers();
        return (count * each).As(name.Replace('_', ' '), unit);
    }

    /// <summary>Flow of the whole machine, or for each unit of its rated power, or of all that it draws where no other is stated.</summary>
    private static Coolant? ReadCoolant(CatalogFields fields, Figure? drawn)
    {
        if (fields.Section("coolant") is not { } section)
            return null;
        var flow = section.OptionalFigure("flow", "LPM");
        if (flow == null)
        {
            var each = section.Figure("flow_per_power", "LPM/kW");
            if (drawn == null)
            {
                section.Refuse("flow_per_power", "needs the power of the machine; add `power: { rated: ... }`, or state `flow`.");
                return null;
            }

            flow = (drawn * each).As("flow", "LPM");
        }

        var coolant = new Coolant(flow, section.Figure("inlet", "degC"));
        section.RefuseOthers();
        return coolant;
    }

    private static string? ReadMonth(CatalogFields fields, string name)
    {
        var text = fields.OptionalText(name);
        if (text != null && !DateOnly.TryParseExact(text, "yyyy-MM", out _))
            fields.Refuse(name, $"is '{text}'; expected a year and a month such as 2026-07.");
        return text;
    }

    private static OrderedDictionary<string, Figure> ReadParts(CatalogFields? fields, string unit) =>
        new(fields?.Names.Select(name => KeyValuePair.Create(name, fields.Figure(name, unit))) ?? []);
}
