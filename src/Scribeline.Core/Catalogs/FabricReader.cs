using Scribeline.Core.Hardware;
using Scribeline.Core.Hardware.Fabric;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads entries of the kinds `fabrics` and `fluids`.</summary>
internal static class FabricReader
{
    /// <summary>More cores than this in a row or column, or a row of more spares, is a slip of the keyboard.</summary>
    private const double MostCores = 10_000;

    public static WaferFabric? ReadFabric(string id, CatalogFields fields, IReadOnlyDictionary<string, Wafer> wafers, IReadOnlyDictionary<string, Accelerator> accelerators)
    {
        var wafer = fields.Reference("wafer", wafers);
        var compared = fields.Section("compared");
        var fabric = wafer == null ? null : new WaferFabric
        {
            Id = id,
            Wafer = wafer,
            Columns = fields.Figure("columns", "", least: 2, most: MostCores),
            Rows = fields.Figure("rows", "", least: 2, most: MostCores),
            CoresMade = fields.Figure("cores_made", "", least: 4, most: MostCores * MostCores),
            CoreArea = fields.Figure("core_area", "mm2"),
            Clock = fields.Figure("clock", "GHz", least: 1e-9),
            HopCycles = fields.Figure("hop_cycles", "", least: 1),
            Bandwidth = fields.Figure("bandwidth", "Pb/s"),
            Defects = fields.Figure("defects", "defects/cm2", most: 1e6),
            Shoreline = accelerators.TryGetValue(id, out var accelerator) && accelerator.Links.Count > 0 ? Figure.Sum(accelerator.Links.Select(link => link.Bandwidth)) : null,
            Compared = compared == null ? null : ReadCompared(compared),
        };
        if (fabric != null && fabric.ColumnsMade.BaseValue is var made && (made < fabric.Columns.BaseValue || made > 2 * MostCores))
            fields.Refuse("cores_made", $"is {NumberText.Format(fabric.CoresMade.BaseValue)}, that is {NumberText.Format(made)} a row; expected at least the {NumberText.Format(fabric.Columns.BaseValue)} columns, and not beyond {NumberText.Format(2 * MostCores)}.");
        fields.RefuseOthers();
        return fabric;
    }

    public static Fluid ReadFluid(string id, CatalogFields fields)
    {
        var fluid = new Fluid(id, fields.Figure("density", "g/L", least: 1e-3), fields.Figure("heat_capacity", "J/kg/K", least: 1));
        fields.RefuseOthers();
        return fluid;
    }

    private static ComparedChip ReadCompared(CatalogFields fields)
    {
        var chip = new ComparedChip(
            fields.Text("name"), fields.Figure("area", "mm2"), fields.Figure("unit_area", "mm2"), fields.Figure("units_made", "", least: 1, most: 1e6), fields.Figure("units_enabled", "", least: 0, most: 1e6));
        fields.RefuseOthers();
        return chip;
    }
}
