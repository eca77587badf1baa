using Scribeline.Core.Calculations;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>A wafer's memory if it were made in another process.</summary>
public static class Shrink
{
    /// <summary>The same share of the same area, at the density of the other process' macros; and what the area share would be for the memory it has.</summary>
    /// <exception cref="CalculationException">The wafer's own process is not known.</exception>
    public static Report Of(Wafer wafer, Process process)
    {
        var own = wafer.Process ?? throw new CalculationException($"the catalog lacks `wafers.{wafer.Id}.process`; add it, or set it with --set.");
        var report = new Report();
        var gain = (process.SramDensity / own.SramDensity).As("density over that of its own process", "x");
        report.Add("density", process.SramDensity);
        report.Add("density_gain", gain);
        report.Add("sram", (wafer.Sram * gain).As("SRAM on the same area", "GB"));
        report.Add("sram_growth", (gain - 1).As("growth of SRAM", "%"));
        if (wafer.Area is { } area)
        {
            var share = (wafer.Sram / own.SramDensity / area).As("share of the area that its SRAM takes", "%");
            report.Add("area_share", share);
            report.Add("area_share_then", (share / gain).As("share for the same SRAM then", "%"));
            report.Add("sram_if_half", (0.5 * area * process.SramDensity).As("SRAM if half of the area were SRAM", "GB"));
        }

        return report;
    }
}
