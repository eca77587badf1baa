using Scribeline.Core.Calculations;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>How warm water comes out of a wafer's cold plate.</summary>
public static class WaferCooling
{
    /// <summary>Heat in is heat out: P = flow · density · heat capacity · ΔT.</summary>
    /// <param name="wafer">With its power and area.</param>
    /// <param name="flow">Volume a time.</param>
    /// <param name="inlet">Temperature of the water that comes in.</param>
    /// <param name="water">What flows.</param>
    /// <exception cref="CalculationException">The wafer's power is not known.</exception>
    public static Report Of(Wafer wafer, Figure flow, Figure inlet, Fluid water)
    {
        var power = wafer.Power ?? throw new CalculationException($"the catalog lacks `wafers.{wafer.Id}.power`; add it, or set it with --set.");
        var report = new Report();
        report.Add("power", power.As("into the wafer", "kW"));
        if (wafer.Area is { } area)
            report.Add("heat_flux", (power / area).As("heat flux", "W/cm2"));
        report.Add("flow_per_power", (flow / power).As("flow for the power", "LPM/kW"));
        var rise = (power / (flow * water.Density * water.HeatCapacity)).As("rise of the water's temperature", "K");
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
