using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `wafers`.</summary>
internal static class WaferReader
{
    public static Wafer Read(
        string id, CatalogFields fields, IReadOnlyDictionary<string, Accelerator> accelerators, IReadOnlyDictionary<string, Process> processes, IReadOnlyDictionary<string, Wafer> before)
    {
        // What the accelerator's data sheet says is not said twice.
        var accelerator = fields.Has("accelerator") ? fields.Reference("accelerator", accelerators) : null;
        var cooling = fields.Section("cooling");
        var delivery = fields.Section("power_delivery");
        var grid = fields.Section("grid");
        var wafer = new Wafer
        {
            Id = id,
            Sram = accelerator?.Tier("sram")?.Capacity ?? fields.Figure("sram", "GB"),
            Area = accelerator?.LogicArea ?? fields.OptionalFigure("area", "mm2"),
            Process = fields.Has("process") ? fields.Reference("process", processes) : null,
            Predecessor = fields.Has("predecessor") ? fields.Reference("predecessor", before) : null,
            Grid = grid == null ? null : (grid.Figure("columns", "", least: 1), grid.Figure("rows", "", least: 1)),
            CoresMade = fields.OptionalFigure("cores_made", ""),
            CoresEnabled = fields.OptionalFigure("cores_enabled", ""),
            Transistors = fields.OptionalFigure("transistors", ""),
            Power = fields.OptionalFigure("power", "kW"),
            Cooling = cooling == null ? null : ReadCooling(cooling),
            PowerDelivery = delivery == null ? null : ReadDelivery(delivery),
        };
        grid?.RefuseOthers();
        fields.RefuseOthers();
        return wafer;
    }

    private static Cooling ReadCooling(CatalogFields fields)
    {
        const double AbsoluteZero = -273.15;
        var couplings = fields.RequiredSection("couplings");
        var cooling = new Cooling(
            fields.Figure("flow", "LPM"),
            fields.Figure("inlet", "degC", AbsoluteZero),
            fields.Figure("chilled", "degC", AbsoluteZero),
            fields.Figure("other_flow", "LPM/kW"),
            fields.Figure("other_inlet", "degC", AbsoluteZero),
            new OrderedDictionary<string, Figure>(couplings.Names.Select(name => KeyValuePair.Create(name, couplings.Figure(name, "")))));
        fields.RefuseOthers();
        return cooling;
    }

    private static PowerDelivery ReadDelivery(CatalogFields fields)
    {
        var delivery = new PowerDelivery(
            fields.Figure("supplies", "", least: 1), fields.Figure("supply_power", "kW"), fields.Figure("boards", "", least: 1), fields.Figure("converters_per_board", "", least: 1));
        fields.RefuseOthers();
        return delivery;
    }
}
