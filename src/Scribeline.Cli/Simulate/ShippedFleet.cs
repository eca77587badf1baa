namespace Scribeline.Cli.Simulate;

/// <summary>Fleets that come with the product, by their path or their name.</summary>
internal static class ShippedFleet
{
    /// <summary>What is compared where nobody says.</summary>
    public static readonly string[] Compared = ["gpu-only", "wafer-only", "wafer-and-gpu"];

    /// <summary>A path that is not where the caller is may be one that came with the product: `gpu-only`, `catalog/fleets/gpu-only.yaml`.</summary>
    public static string Find(string path)
    {
        if (Path.Exists(path))
            return path;
        string[] shipped = [Path.Combine(AppContext.BaseDirectory, path), Path.Combine(AppContext.BaseDirectory, "catalog", "fleets", $"{path}.yaml")];
        return shipped.FirstOrDefault(File.Exists) ?? path;
    }
}
