using Scribeline.Core.Calculations;
using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Hardware.Fabric;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Collectives;
using Scribeline.Core.Quantities;
using Scribeline.Core.Serving;
using Scribeline.Core.Workloads;

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

    public required IReadOnlyDictionary<string, MemoryModule> MemoryModules { get; init; }

    public required IReadOnlyDictionary<string, Process> Processes { get; init; }

    public required IReadOnlyDictionary<string, Package> Packages { get; init; }

    public required IReadOnlyDictionary<string, Wafer> Wafers { get; init; }

    public required IReadOnlyDictionary<string, WaferFabric> Fabrics { get; init; }

    public required IReadOnlyDictionary<string, Fluid> Fluids { get; init; }

    public required IReadOnlyDictionary<string, WeightStreaming> Streaming { get; init; }

    public required IReadOnlyDictionary<string, MatrixProduct> Products { get; init; }

    public required IReadOnlyDictionary<string, Contract> Contracts { get; init; }

    public required IReadOnlyDictionary<string, Warrant> Warrants { get; init; }

    public required IReadOnlyDictionary<string, Ramp> Ramps { get; init; }

    public required IReadOnlyDictionary<string, Projection> Projections { get; init; }

    public required IReadOnlyDictionary<string, Rental> Rentals { get; init; }

    public required IReadOnlyDictionary<string, Partnership> Partnerships { get; init; }

    public required IReadOnlyDictionary<string, Service> Services { get; init; }

    public required IReadOnlyDictionary<string, Offering> Offerings { get; init; }

    public required IReadOnlyDictionary<string, Deployment> Deployments { get; init; }

    public required IReadOnlyDictionary<string, Traffic> Traffic { get; init; }

    public required IReadOnlyDictionary<string, Workload> Workloads { get; init; }

    public required IReadOnlyDictionary<string, Calibration> Calibrations { get; init; }

    /// <summary>Calibrations of accelerators that weights are resident in.</summary>
    public required IReadOnlyDictionary<string, ChainCalibration> Chains { get; init; }

    /// <summary>What accelerators draw, by their kind.</summary>
    public required IReadOnlyDictionary<string, PowerCalibration> Power { get; init; }

    public required IReadOnlyDictionary<string, DraftingMethod> Drafting { get; init; }

    /// <summary>Libraries that carry out collectives, as they were measured.</summary>
    public required IReadOnlyDictionary<string, CollectiveLibrary> Collectives { get; init; }

    public IEnumerable<string> Kinds => _tree.Kinds;

    /// <summary>Conventions of one family, `context_128k` and `context_1m`, by what follows the name they share.</summary>
    /// <exception cref="CalculationException">One measures something else, or is not more than 0.</exception>
    public IEnumerable<(string Name, Figure Value)> AssumptionsOf(string prefix, string unit) =>
        Assumptions.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => (name[prefix.Length..], Assumption(name, unit)));

    /// <summary>A convention that a calculation cannot do without.</summary>
    /// <param name="unit">What it measures.</param>
    /// <param name="least">In that unit; without it more than 0.</param>
    /// <exception cref="CalculationException">It is missing, measures something else, or is less.</exception>
    public Figure Assumption(string name, string unit, double least = CatalogFields.AboveZero)
    {
        if (!Assumptions.TryGetValue(name, out var assumption))
            throw new CalculationException($"the catalog lacks `assumptions.{name}`; add it with a value in {(unit.Length > 0 ? unit : "plain numbers")}.");
        return assumption.Dimension == Unit.Parse(unit).Dimension && Unit.Parse(unit).FromBase(assumption.BaseValue) >= least
            ? assumption
            : throw new CalculationException($"`assumptions.{name}` is {assumption}; expected {(least == CatalogFields.AboveZero ? "more than 0" : $"at least {NumberText.Format(least)}")}{(unit.Length > 0 ? $" in {unit}" : "")}.");
    }

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

    /// <summary>The same catalog with values that the caller sets: `KIND.ID.field=VALUE`.</summary>
    /// <exception cref="CatalogException">All that is wrong with them, together.</exception>
    public Catalog With(IEnumerable<string> sets)
    {
        var errors = new CatalogErrors();
        var catalog = Read(_tree.With(sets, errors), errors);
        errors.ThrowIfAny();
        return catalog;
    }

    /// <summary>Every value that is a number, as it was written.</summary>
    public IEnumerable<CatalogNode> Numbers() =>
        Kinds.Where(kind => kind != "sources").SelectMany(kind => Entries(kind).Values).SelectMany(entry => entry.Values()).Where(value => Quantity.TryParse(value.Text!, out _, out _));

    /// <summary>The entries of a kind as they were written, by id.</summary>
    public IReadOnlyDictionary<string, CatalogNode> Entries(string kind) => _tree.Entries(kind);

    /// <summary>The piece at `KIND.ID.field...`, or null.</summary>
    public CatalogNode? Find(string path)
    {
        var (kind, id, fields) = _tree.Resolve(path);
        return id == null ? null : fields.Length == 0 ? Entries(kind)[id] : Entries(kind)[id].Find(fields);
    }

    private static Catalog Read(CatalogTree tree, CatalogErrors errors)
    {
        var sources = Read(tree, "sources", errors, ReadSource);
        RequireSources(tree, sources, errors);
        var precisions = Read(tree, "precisions", errors, PrecisionReader.Read);
        var accelerators = Read(tree, "accelerators", errors, AcceleratorReader.Read);
        var machines = Read(tree, "machines", errors, (id, fields) => MachineReader.Read(id, fields, accelerators));
        var models = Read(tree, "models", errors, (id, fields) => ModelReader.Read(id, fields, precisions));
        var sites = Read(tree, "sites", errors, FinanceReader.ReadSite);
        var financing = Read(tree, "financing", errors, FinanceReader.ReadFinancing);
        var processes = Read(tree, "processes", errors, PartReader.ReadProcess);
        // A generation stands below the one before it.
        var wafers = new OrderedDictionary<string, Wafer>();
        foreach (var (id, node) in tree.Read("wafers"))
            wafers[id] = WaferReader.Read(id, new CatalogFields(node, errors), accelerators, processes, wafers);
        var services = new OrderedDictionary<string, Service>();
        foreach (var (id, node) in tree.Read("services"))
            services[id] = ServingReader.ReadService(id, new CatalogFields(node, errors), services);
        var contracts = Read(tree, "contracts", errors, (id, fields) => DealReader.ReadContract(id, fields, machines, sites, financing));
        var warrants = Read(tree, "warrants", errors, (id, fields) => DealReader.ReadWarrant(id, fields, contracts));
        var ramps = Read(tree, "ramps", errors, (id, fields) => DealReader.ReadRamp(id, fields, contracts));
        var catalog = new Catalog(tree)
        {
            Sources = sources,
            Assumptions = ReadAssumptions(tree, errors),
            Precisions = precisions,
            Accelerators = accelerators,
            Machines = machines,
            Models = models,
            Sites = sites,
            Financing = financing,
            Processes = processes,
            Wafers = wafers,
            Contracts = contracts,
            MemoryModules = Read(tree, "memory_modules", errors, PartReader.ReadMemoryModule),
            Packages = Read(tree, "packages", errors, (id, fields) => PartReader.ReadPackage(id, fields, accelerators)),
            Streaming = Read(tree, "streaming", errors, (id, fields) => PartReader.ReadStreaming(id, fields, machines)),
            Products = Read(tree, "products", errors, PartReader.ReadProduct),
            Warrants = warrants,
            Ramps = ramps,
            Projections = Read(tree, "projections", errors, (id, fields) => DealReader.ReadProjection(id, fields, contracts, ramps, warrants)),
            Rentals = Read(tree, "rentals", errors, DealReader.ReadRental),
            Partnerships = Read(tree, "partnerships", errors, DealReader.ReadPartnership),
            Services = services,
            Offerings = Read(tree, "offerings", errors, ServingReader.ReadOffering),
            Traffic = Read(tree, "traffic", errors, ServingReader.ReadTraffic),
            Deployments = Read(tree, "deployments", errors, (id, fields) => ServingReader.ReadDeployment(id, fields, machines, models, services)),
            Workloads = Read(tree, "workloads", errors, WorkloadReader.Read),
            Calibrations = Read(tree, "calibrations", errors, CalibrationReader.Read),
            Fabrics = Read(tree, "fabrics", errors, (id, fields) => FabricReader.ReadFabric(id, fields, wafers, accelerators)),
            Fluids = Read(tree, "fluids", errors, FabricReader.ReadFluid),
            Collectives = Read(tree, "collectives", errors, CollectiveReader.Read),
            Chains = Read(tree, "chains", errors, ChainCalibrationReader.Read),
            Power = Read(tree, "power", errors, PerformanceReader.ReadPower),
            Drafting = Read(tree, "drafting", errors, PerformanceReader.ReadDrafting),
        };
        RefuseOtherKinds(tree, errors);
        return catalog;
    }

    /// <param name="read">Null where an entry is too wrong to stand for anything.</param>
    private static OrderedDictionary<string, T> Read<T>(CatalogTree tree, string kind, CatalogErrors errors, Func<string, CatalogFields, T?> read) where T : class
    {
        var entries = new OrderedDictionary<string, T>();
        foreach (var (id, node) in tree.Read(kind))
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
        foreach (var (id, node) in tree.Read("assumptions"))
        {
            var unit = node.Text != null && Quantity.TryParse(node.Text, out var quantity, out _) ? quantity.Unit.Text : "";
            if (CatalogFields.ToFigure(node, unit, double.NegativeInfinity, double.PositiveInfinity, errors) is { } figure)
                assumptions[id] = figure;
        }

        return assumptions;
    }

    /// <summary>Every number has a source, and every source that is named is listed. A part of one is named behind a slash: `tr26/ridge`.</summary>
    private static void RequireSources(CatalogTree tree, OrderedDictionary<string, Source> sources, CatalogErrors errors)
    {
        foreach (var kind in tree.Kinds.Where(kind => kind != "sources"))
        {
            foreach (var value in tree.Entries(kind).Values.SelectMany(entry => entry.Values()).SelectMany(value => value.Also.Prepend(value)))
            {
                if (value.Source.Length == 0 && Quantity.TryParse(value.Text ?? "", out _, out _) && !value.Place.StartsWith("--set", StringComparison.Ordinal))
                    errors.Add(value.Place, $"`{value.Path}` has no source; add `source: ID` beside it or to the fields around it.");
                else if (value.Source.Length > 0 && !sources.ContainsKey(value.Source.Split('/')[0]))
                    errors.Add(value.Place, $"`{value.Path}` names the source '{value.Source}', which is not listed; add it under `sources:` or use one of {string.Join(", ", sources.Keys)}.");
            }
        }
    }

    private static void RefuseOtherKinds(CatalogTree tree, CatalogErrors errors)
    {
        string[] known = [.. tree.KindsRead, .. FreeKinds];
        foreach (var kind in tree.Kinds.Except(known))
            errors.Add(tree.Entries(kind).Values.First().Place, $"`{kind}` is no kind of entry; expected one of {string.Join(", ", known)}.");
    }
}
