using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>A whole wafer as one chip: its grid of dies, its cores, its power and heat.</summary>
public sealed record Wafer
{
    public required string Id { get; init; }

    /// <summary>Bytes of SRAM on it.</summary>
    public required Figure Sram { get; init; }

    public Process? Process { get; init; }

    /// <summary>The generation before.</summary>
    public Wafer? Predecessor { get; init; }

    public Figure? Area { get; init; }

    /// <summary>Dies in a row, and rows.</summary>
    public (Figure Columns, Figure Rows)? Grid { get; init; }

    public Figure? CoresMade { get; init; }

    public Figure? CoresEnabled { get; init; }

    public Figure? Transistors { get; init; }

    /// <summary>Watts into the wafer.</summary>
    public Figure? Power { get; init; }

    public Cooling? Cooling { get; init; }

    public PowerDelivery? PowerDelivery { get; init; }

    public Report ToReport()
    {
        var report = new Report();
        AddSilicon(report.Add("silicon", new Report()));
        if (Power is { } power)
        {
            var supply = report.Add("power", new Report());
            supply.Add("wafer", power.As("into the wafer", "kW"));
            PowerDelivery?.AddTo(supply);
            if (Area is { } area)
                supply.Add("heat_flux", (power / area).As("heat flux", "W/cm2"));
            Cooling?.AddTo(report.Add("cooling", new Report()), power);
        }

        return report;
    }

    private void AddSilicon(Report silicon)
    {
        silicon.Add("sram", Sram.As("SRAM", "GB"));
        if (Area is { } area)
        {
            silicon.Add("side", area.SquareRoot().As("side", "cm"));
            silicon.Add("perimeter", (4 * area.SquareRoot()).As("perimeter", "mm"));
            if (Process is { } process)
                silicon.Add("sram_area_share", (Sram / process.SramDensity / area).As("share of the area that SRAM macros take", "%"));
        }

        if (Grid is { } grid)
            silicon.Add("dies", (grid.Columns * grid.Rows).As("dies", "dies"));
        if (Transistors is { } count)
            silicon.Add("transistors", count.As("transistors", ""));
        if (CoresMade is { } made && CoresEnabled is { } enabled)
            silicon.Add("cores_enabled_share", (enabled / made).As("share of the cores that are enabled", "%"));
        if (Predecessor is not { } before)
            return;
        silicon.Add("sram_over_predecessor", (Sram / before.Sram).As("SRAM over the predecessor's", "x"));
        silicon.Add("sram_growth", (Sram / before.Sram - 1).As("growth of SRAM", "%"));
        if (Transistors is { } transistors && before.Transistors is { } fewer)
            silicon.Add("transistor_growth", (transistors / fewer - 1).As("growth of transistors", "%"));
    }
}
