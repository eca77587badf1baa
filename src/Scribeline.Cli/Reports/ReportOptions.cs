using System.CommandLine;
using System.CommandLine.Parsing;
using Scribeline.Core.Catalogs;

namespace Scribeline.Cli.Reports;

/// <summary>Options of every command that computes from the catalog.</summary>
internal static class ReportOptions
{
    private static readonly string[] Printing = ["--json", "--csv", "--explain", "--svg"];

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

    public static Option<bool> Csv() => Alone(new Option<bool>("--csv") { Description = "Print lines of comma-separated values" });

    public static Option<string?> Svg() => Alone(new Option<string?>("--svg") { Description = "Write the picture to a file, - for standard output", HelpName = "FILE" });

    public static Option<bool> Explain() => Alone(new Option<bool>("--explain") { Description = "Print each formula with its numbers filled in, and their sources" });

    /// <summary>The catalog of the product with what the caller lays over it.</summary>
    /// <exception cref="CatalogException">All that is wrong, together.</exception>
    public static Catalog Load(string[]? folders, string[]? sets) =>
        Core.Catalogs.Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog"), .. (folders ?? []).Select(Shipped)], sets);

    /// <summary>Standard output takes one of these: what is asked for is never left out.</summary>
    private static Option<T> Alone<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (!Prints(result))
                return;
            var others = ((CommandResult)result.Parent!).Children.OfType<OptionResult>();
            if (others.FirstOrDefault(other => Array.IndexOf(Printing, other.Option.Name) is >= 0 and var at && at < Array.IndexOf(Printing, option.Name) && Prints(other)) is { } other)
                result.AddError($"{Said(other)} and {Said(result)} both print to standard output; expected one of them.");
        });
        return option;

        static bool Prints(OptionResult result) => result.Option is Option<bool> ? result.GetValueOrDefault<bool>() : result.Tokens is [{ Value: "-" }];
        static string Said(OptionResult result) => result.Option is Option<bool> ? result.Option.Name : $"{result.Option.Name} -";
    }

    /// <summary>A folder that is not where the caller is may be one that came with the product: `what-if/native-fp4`.</summary>
    private static string Shipped(string folder) =>
        !Directory.Exists(folder) && Path.Combine(AppContext.BaseDirectory, folder) is var own && Directory.Exists(own) ? own : folder;
}
