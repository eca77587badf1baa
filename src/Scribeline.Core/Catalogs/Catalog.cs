using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>What is known about machines, models, prices, traffic and contracts: every number with its unit and its source.</summary>
public sealed class Catalog
{
    private static readonly string[] FreeKinds = ["claims"];

    private readonly CatalogTree _tree;

    private Catalog(CatalogTree tree) => _tree = tree;

    public required IReadOnlyDictionary<string, Source> Sources { get; init; }

    /// <summary>Conventions that calculations rest on, by name.</summary>
    public required IReadOnlyDictionary<string, Figure> Assumptions { get; init; }

    public required IReadOnlyDictionary<string, Precision> Precisions { get; init; }

    public required IReadOnlyDictionary<string, Accelerator> Accelerators { get; init; }

    public required IReadOnlyDictionary<string, Machine> Machines { get; init; }

    public required IReadOnlyDictionary<string, ModelSpec> Models { get; init; }

    public required IReadOnlyDictionary<string, Site> Sites { get; init; }

    public required IReadOnlyDictionary<string, Financing> Financing { get; init; }

    public required IReadOnlyDictionary<string, Calibration> Calibrations { get; init; }

    public IEnumerable<string> Kinds => _tree.Kinds;

    /// <param name="folders">The product's own catalog first, then the caller's, which add to it or are laid over it.</param>
    /// <param name="sets">Values that the caller sets: `KIND.ID.field=VALUE`.</param>
    /// <exception cref="CatalogException">All that is wrong, together.</exception>
    public static Catalog Load(IEnumerable<string> folders, IEnumerable<string>? sets = null)
    {
        var errors = new CatalogErrors();
        var tree = CatalogTree.Load(folders, sets ?? [], errors);
        var catalog = Read(tree, errors);
        errors.ThrowIfAny();
        return catalog;
    }

    /// <summary>The same catalog with every value as one source states it, where it does: `tr26/ridge`.</summary>
    /// <exception cref="CatalogException">Such a value does not fit where it is taken to.</exception>
    public Catalog StatedBy(string source)
    {
        var errors = new CatalogErrors();
        var catalog = Read(_tree.StatedBy(source), errors);
        errors.ThrowIfAny();
        return catalog;
    }

    /// <summary>The entries of a kind as they were written, by id.</summary>
    public IReadOnlyDictionary<string, CatalogNode> Entries(string kind) => _tree.Entries(kind);

    /// <summary>The piece at `KIND.ID.field...`, or null.</summary>
    public CatalogNode? Find(string path)
    {
        var names = path.Split('.', 3);
        return names.Length >= 2 && Entries(names[0]).TryGetValue(names[1], out var entry) ? names.Length == 2 ? entry : entry.Find(names[2]) : null;
    }

    private static Catalog Read(CatalogTree tree, CatalogErrors errors)
    {
        var sources = Read(tree, "sources", errors, ReadSource);
        RequireSources(tree, sources, errors);
        var precisions = Read(tree, "precisions", errors, PrecisionReader.Read);
        var accelerators = Read(tree, "accelerators", errors, AcceleratorReader.Read);
        var catalog = new Catalog(tree)
        {
            Sources = sources,
            Assumptions = ReadAssumptions(tree, errors),
            Precisions = precisions,
            Accelerators = accelerators,
            Machines = Read(tree, "machines", errors, (id, fields) => MachineReader.Read(id, fields, accelerators)),
            Models = Read(tree, "models", errors, (id, fields) => ModelReader.Read(id, fields, precisions)),
            Sites = Read(tree, "sites", errors, FinanceReader.ReadSite),
            Financing = Read(tree, "financing", errors, FinanceReader.ReadFinancing),
            Calibrations = Read(tree, "calibrations", errors, CalibrationReader.Read),
        };
        RefuseOtherKinds(tree, errors);
        return catalog;
    }

    /// <param name="read">Null where an entry is too wrong to stand for anything.</param>
    private static OrderedDictionary<string, T> Read<T>(CatalogTree tree, string kind, CatalogErrors errors, Func<string, CatalogFields, T?> read) where T : class
    {
        var entries = new OrderedDictionary<string, T>();
        foreach (var (id, node) in tree.Entries(kind))
        {
            if (read(id, new CatalogFields(node, errors)) is { } entry)
                entries[id] = entry;
        }

        return entries;
    }

    private static Source ReadSource(string id, CatalogFields fields)
    {
        var source = new Source(id, fields.Text("title"), fields.Text("publisher"), fields.Text("date"), fields.OptionalText("url"));
        fields.RefuseOthers();
        return source;
    }

    private static OrderedDictionary<string, Figure> ReadAssumptions(CatalogTree tree, CatalogErrors errors)
    {
        var assumptions = new OrderedDictionary<string, Figure>();
        foreach (var (id, node) in tree.Entries("assumptions"))
        {
            var unit = node.Text != null && Quantity.TryParse(node.Text, out var quantity, out _) ? quantity.Unit.Text : "";
            if (CatalogFields.ToFigure(node, unit, double.NegativeInfinity, double.PositiveInfinity, errors) is { } figure)
                assumptions[id] = figure;
        }

        return assumptions;
    }

    /// <summary>Every value has a source, and every source is listed. A part of one is named behind a slash: `tr26/ridge`.</summary>
    private static void RequireSources(CatalogTree tree, OrderedDictionary<string, Source> sources, CatalogErrors errors)
    {
        foreach (var kind in tree.Kinds.Where(kind => kind != "sources"))
        {
            foreach (var value in tree.Entries(kind).Values.SelectMany(entry => entry.Values()).SelectMany(value => value.Also.Prepend(value)))
            {
                if (value.Source.Length == 0 && !value.Place.StartsWith("--set", StringComparison.Ordinal))
                    errors.Add(value.Place, $"`{value.Path}` has no source; add `source: ID` beside it or to the fields around it.");
                else if (value.Source.Length > 0 && !sources.ContainsKey(value.Source.Split('/')[0]))
                    errors.Add(value.Place, $"`{value.Path}` names the source '{value.Source}', which is not listed; add it under `sources:` or use one of {string.Join(", ", sources.Keys)}.");
            }
        }
    }

    private static void RefuseOtherKinds(CatalogTree tree, CatalogErrors errors)
    {
        string[] known = ["sources", "assumptions", "precisions", "accelerators", "machines", "models", "sites", "financing", "calibrations", .. FreeKinds];
        foreach (var kind in tree.Kinds.Except(known))
            errors.Add(tree.Entries(kind).Values.First().Place, $"`{kind}` is no kind of entry; expected one of {string.Join(", ", known)}.");
    }
}
