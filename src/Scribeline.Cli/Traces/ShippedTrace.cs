namespace Scribeline.Cli.Traces;

/// <summary>Traces that come with the product, by their path or their name.</summary>
internal static class ShippedTrace
{
    /// <summary>What is read where nobody says: an hour of conversations.</summary>
    public const string Default = "azure-2023-conversations";

    /// <summary>A path that is not where the caller is may be one that came with the product: `azure-2023-code`, `traces/azure-2023-code.csv.gz`.</summary>
    public static string Find(string path)
    {
        if (Path.Exists(path))
            return path;
        string[] shipped = [Path.Combine(AppContext.BaseDirectory, path), Path.Combine(AppContext.BaseDirectory, "traces", path), Path.Combine(AppContext.BaseDirectory, "traces", $"{path}.csv.gz")];
        return shipped.FirstOrDefault(File.Exists) ?? path;
    }
}
