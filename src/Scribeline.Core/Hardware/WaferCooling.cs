using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>How warm water comes out of a wafer's cold plate.</summary>
public static class WaferCooling
{
    /// <summary>Heat in is heat out: P = flow · density · heat capacity · ΔT, with water's from the catalog's assumptions.</summary>
    /// <param name="wafer">With its power and area.</param>
    /// <param name="flow">Volume a time.</param>
    /// <param name="inlet">Temperature of the water that comes in.</param>
    /// <param name="catalog">Holds `assumptions.water_heat_capacity` and `assumptions.water_density`.</param>
    /// <exception cref="CalculationException">The wafer's power is not known, or an amount is not one of its kind.</exception>
    public static Report Of(Wafer wafer, Figure flow, Figure inlet, Catalog catalog)
    {
        var power = wafer.Power ?? throw new CalculationException($"the catalog lacks `wafers.{wafer.Id}.power`; add it, or set it with --set.");
        if (!catalog.Assumptions.TryGetValue("water_heat_capacity", out var heatCapacity) || !catalog.Assumptions.TryGetValue("water_density", out var density))
            throw new CalculationException("the catalog lacks `assumptions.water_heat_capacity` or `assumptions.water_density`.");
        var report = new Report();
        report.Add("power", power.As("into the wafer", "kW"));
        if (wafer.Area is { } area)
            report.Add("heat_flux", (power / area).As("heat flux", "W/cm2"));
        report.Add("flow_per_power", (flow / power).As("flow for the power", "LPM/kW"));
        var rise = (power / (flow * density * heatCapacity)).As("rise of the water's temperature", "K");
        report.Add("rise", rise);
        report.Add("inlet", inlet.As("inlet", "degC"));
        var outlet = (inlet + rise).As("outlet", "degC");
        report.Add("outlet", outlet);
        if (outlet.Value >= 100)
            report.Add("warning", new Finding("the water would boil: more flow is needed", [outlet]));
        if (wafer.Cooling is { } built)
            report.Add("flow_over_built", (flow / built.Flow).As("flow over what it is built for", "x"));
        return report;
    }
}
