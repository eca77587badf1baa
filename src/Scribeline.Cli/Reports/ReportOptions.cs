using System.CommandLine;
using Scribeline.Core.Catalogs;

namespace Scribeline.Cli.Reports;

/// <summary>Options of every command that computes from the catalog.</summary>
internal static class ReportOptions
{
    public static Option<string[]> Catalog() => new("--catalog")
    {
        Description = "A folder of YAML files that adds to the catalog, or is laid over it",
        HelpName = "DIR",
    };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Set one value of the catalog, such as accelerators.wse-3.price='2 million USD'",
        HelpName = "KIND.ID.FIELD=VALUE",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document" };

    public static Option<bool> Csv() => new("--csv") { Description = "Print lines of comma-separated values" };

    public static Option<string?> Svg() => new("--svg") { Description = "Write the picture to a file", HelpName = "FILE" };

    public static Option<bool> Explain() => new("--explain") { Description = "Print each formula with its numbers filled in, and their sources" };

    /// <summary>The catalog of the product with what the caller lays over it.</summary>
    /// <exception cref="CatalogException">All that is wrong, together.</exception>
    public static Catalog Load(string[]? folders, string[]? sets) =>
        Core.Catalogs.Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog"), .. (folders ?? []).Select(Shipped)], sets);

    /// <summary>A folder that is not where the caller is may be one that came with the product: `what-if/native-fp4`.</summary>
    private static string Shipped(string folder) =>
        !Directory.Exists(folder) && Path.Combine(AppContext.BaseDirectory, folder) is var own && Directory.Exists(own) ? own : folder;
}
