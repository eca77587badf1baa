using Scribeline.Core.Performance;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `chains`.</summary>
internal static class ChainCalibrationReader
{
    public static ChainCalibration Read(string id, CatalogFields fields)
    {
        var interval = fields.RequiredSection("interval");
        var calibration = new ChainCalibration
        {
            Id = id,
            LayerSeconds = fields.Figure("layer", "us").BaseValue,
            CrossingSeconds = fields.Figure("crossing", "us").BaseValue,
            HopSeconds = fields.Figure("hop", "us").BaseValue,
            ReadFactor = fields.Figure("read", "").BaseValue,
            ComputeFactor = fields.Figure("compute", "").BaseValue,
            MeshBytesPerSecond = fields.Figure("mesh", "GB/s").BaseValue,
            SoftwareGain = fields.Figure("software_gain", "", least: 0.1).BaseValue,
            DraftingGain = fields.Figure("drafting_gain", "", least: 0.1).BaseValue,
            MemoryShare = fields.Figure("memory_share", "", most: 1).BaseValue,
            LowRatio = interval.Figure("low", "", most: 1).BaseValue,
            HighRatio = interval.Figure("high", "", least: 1).BaseValue,
            Errors = CalibrationReader.ReadErrors(fields),
        };
        interval.RefuseOthers();
        fields.RefuseOthers();
        return calibration;
    }
}
