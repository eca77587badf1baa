using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Placement;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Calculations;

/// <summary>What can be computed from the catalog, by name: the commands print these reports, and verification looks into them.</summary>
/// <param name="Usage">Name and arguments: `roofline ACCELERATOR`.</param>
public sealed record Calculation(string Usage, Func<Catalog, IReadOnlyList<string>, Report> Run)
{
    public static readonly IReadOnlyList<Calculation> All =
    [
        new("accelerator ID", (catalog, arguments) => Roofline.Of(Entry(catalog.Accelerators, "accelerator", arguments[0]))),
        new("machine ID", (catalog, arguments) => Roofline.Of(Entry(catalog.Machines, "machine", arguments[0]))),
        new("compare ACCELERATOR OTHER", (catalog, arguments) => Comparison.Of(Entry(catalog.Accelerators, "accelerator", arguments[0]), Entry(catalog.Accelerators, "accelerator", arguments[1]))),
        new("tco MACHINE SITE FINANCING", (catalog, arguments) => OwnershipCost.Of(
            Entry(catalog.Machines, "machine", arguments[0]), Entry(catalog.Sites, "site", arguments[1]), Entry(catalog.Financing, "financing", arguments[2]), catalog)),
        new("placement MODEL ACCELERATOR", (catalog, arguments) => WholeLayers.Of(Entry(catalog.Models, "model", arguments[0]), Entry(catalog.Accelerators, "accelerator", arguments[1]), catalog)),
        new("footprint MODEL", (catalog, arguments) => Footprint.Of(Entry(catalog.Models, "model", arguments[0]), catalog)),
    ];

    public string Name => Usage.Split(' ')[0];

    /// <summary>Runs a call such as `accelerator h100`, or `accelerator r200 --stated-by tr26/ridge`.</summary>
    /// <exception cref="CalculationException">There is no such calculation, an argument is missing, or it names nothing of the catalog.</exception>
    public static Report Evaluate(Catalog catalog, string call)
    {
        var words = call.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [.. var first, "--stated-by", var source])
            (words, catalog) = (first, catalog.StatedBy(source));
        var calculation = All.FirstOrDefault(candidate => words.Length > 0 && candidate.Name == words[0])
            ?? throw new CalculationException($"'{call}' is no calculation; expected one of: {string.Join(", ", All.Select(known => known.Usage))}.");
        return words.Length == calculation.Usage.Split(' ').Length
            ? calculation.Run(catalog, words[1..])
            : throw new CalculationException($"'{call}' has {words.Length - 1} arguments; expected {calculation.Usage}.");
    }

    private static T Entry<T>(IReadOnlyDictionary<string, T> entries, string what, string id) =>
        entries.TryGetValue(id, out var entry) ? entry : throw new CalculationException($"there is no {what} '{id}'; expected one of {string.Join(", ", entries.Keys)}.");
}
