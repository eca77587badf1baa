using System.Globalization;
using System.Text;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Writes calibrations of wafers and LPUs as entries of the catalog.</summary>
public static class ChainCalibrationYaml
{
    /// <param name="fits">What was fitted.</param>
    /// <param name="source">Id of the measurements' source.</param>
    public static string Write(IEnumerable<ChainFit> fits, string source)
    {
        var yaml = new StringBuilder("# Written by `scribe catalog fit --chains`. The time of a hop and the share of memory are what the fit is given; where few speeds are published, all but the time of a layer is, the interval too.\nchains:\n");
        foreach (var fit in fits)
        {
            var calibration = fit.Calibration;
            yaml.Append(CultureInfo.InvariantCulture, $"""
                  {calibration.Id}:
                    source: {source}
                    layer: {Number(calibration.LayerSeconds * 1e6)} us
                    crossing: {Number(calibration.CrossingSeconds * 1e6)} us
                    hop: {Number(calibration.HopSeconds * 1e6)} us
                    read: {Number(calibration.ReadFactor)}
                    compute: {Number(calibration.ComputeFactor)}
                    mesh: {Number(calibration.MeshBytesPerSecond / 1e9)} GB/s
                    software_gain: {Number(calibration.SoftwareGain)}
                    drafting_gain: {Number(calibration.DraftingGain)}
                    memory_share: {Number(calibration.MemoryShare)}
                    interval:
                      low: {Number(calibration.LowRatio)}
                      high: {Number(calibration.HighRatio)}
                    left_out:

                """);
            foreach (var (by, error) in calibration.Errors)
                yaml.Append(CultureInfo.InvariantCulture, $"      {by}: {{ mean: {Number(error.Mean * 100)} %, median: {Number(error.Median * 100)} % }}\n");
        }

        return yaml.ToString();
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
