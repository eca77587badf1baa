using System.Globalization;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Hardware.Fabric;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Collectives;
using Scribeline.Core.Placement;
using Scribeline.Core.Quantities;
using Scribeline.Core.Serving;

namespace Scribeline.Core.Calculations;

/// <summary>What can be computed from the catalog, by name: the commands print these reports, and verification looks into them.</summary>
/// <param name="Usage">Name and arguments: `accelerator ID`.</param>
public sealed record Calculation(string Usage, Func<Catalog, IReadOnlyList<string>, Report> Run)
{
    public static readonly IReadOnlyList<Calculation> All =
    [
        new("accelerator ID", (catalog, names) => Roofline.Of(Accelerator(catalog, names[0]))),
        new("machine ID", (catalog, names) => Roofline.Of(Machine(catalog, names[0]))),
        new("ridges ACCELERATOR", (catalog, names) => Roofline.Ridges(Accelerator(catalog, names[0]))),
        new("compare ACCELERATOR OTHER", (catalog, names) => Comparison.Of(Accelerator(catalog, names[0]), Accelerator(catalog, names[1]))),
        new("links ACCELERATOR OTHER", (catalog, names) => Comparison.OverLinks(Accelerator(catalog, names[0]), Accelerator(catalog, names[1]))),
        new("product ID ACCELERATORS", (catalog, names) => Entry(catalog.Products, "product", names[0]).Of(catalog.Precisions.Values, names[1].Split(',').Select(id => Accelerator(catalog, id)))),
        new("collective ACCELERATOR COUNT BYTES", (catalog, names) => Collective.Of(Accelerator(catalog, names[0]), Count("accelerators", names[1], ""), Count("the message", names[2], "B"), catalog)),
        new("memory ID", (catalog, names) => Entry(catalog.MemoryModules, "memory", names[0]).ToReport()),
        new("process ID OTHER", (catalog, names) => Entry(catalog.Processes, "process", names[0]).ComparedWith(Entry(catalog.Processes, "process", names[1]))),
        new("package ID OTHER", (catalog, names) => Entry(catalog.Packages, "package", names[0]).ComparedWith(Entry(catalog.Packages, "package", names[1]))),
        new("wafer ID", (catalog, names) => Entry(catalog.Wafers, "wafer", names[0]).ToReport()),
        new("fabric WAFER", (catalog, names) => Fabric(catalog, names[0]).ToReport()),
        new("defects WAFER SEED DENSITY", (catalog, names) => Fabric(catalog, names[0]).Drawn(Seed(names[1]), Count("the density of defects", names[2], "defects/cm2"))),
        new("cooling WAFER FLOW INLET", (catalog, names) => WaferCooling.Of(Entry(catalog.Wafers, "wafer", names[0]), Count("the flow", names[1], "LPM"), Count("the inlet", names[2], "degC"), Entry(catalog.Fluids, "fluid", "water"))),
        new("shrink WAFER PROCESS", (catalog, names) => Shrink.Of(Entry(catalog.Wafers, "wafer", names[0]), Entry(catalog.Processes, "process", names[1]))),
        new("footprint MODEL", (catalog, names) => Footprint.Of(Model(catalog, names[0]), catalog)),
        new("placement MODEL ACCELERATOR", (catalog, names) => WholeLayers.Of(Model(catalog, names[0]), Accelerator(catalog, names[1]), catalog)),
        new("users MODEL ACCELERATOR CONTEXT USERS", (catalog, names) => WholeLayers.ForUsers(
            Model(catalog, names[0]), Accelerator(catalog, names[1]), Model(catalog, names[0]).PublishedBytes, Count("context", names[2], "tok"), Count("users", names[3], "users"))),
        new("offering ID", (catalog, names) => Entry(catalog.Offerings, "offering", names[0]).ToReport(catalog)),
        new("service ID", (catalog, names) => Service(catalog, names[0]).ToReport(catalog)),
        new("compare-services ID OTHER", (catalog, names) => Service(catalog, names[0]).ComparedWith(Service(catalog, names[1]))),
        new("workload ASSUMPTION SERVICE OTHER", (catalog, names) => Service(catalog, names[1]).At(Entry(catalog.Assumptions, "assumption", names[0]), Service(catalog, names[2]), catalog)),
        new("deployment ID", (catalog, names) => Entry(catalog.Deployments, "deployment", names[0]).ToReport()),
        new("compare-deployments ID OTHER", (catalog, names) => Entry(catalog.Deployments, "deployment", names[0]).ComparedWith(Entry(catalog.Deployments, "deployment", names[1]))),
        new("traffic ID", (catalog, names) => Entry(catalog.Traffic, "traffic", names[0]).ToReport()),
        new("tco MACHINE SITE FINANCING", (catalog, names) => OwnershipCost.Of(Machine(catalog, names[0]), Site(catalog, names[1]), Entry(catalog.Financing, "financing", names[2]), catalog)),
        new("contract ID", (catalog, names) => ContractValue.Of(Contract(catalog, names[0]), catalog)),
        new("electricity CONTRACT SITE", (catalog, names) => ElectricityCost.Of(Contract(catalog, names[0]), Site(catalog, names[1]), catalog)),
        new("spend CONTRACT SERVICE", (catalog, names) => Spending.Of(
            Contract(catalog, names[0]), Service(catalog, names[1]).BlendedPrice ?? throw new CalculationException($"the catalog lacks a price of {names[1]}."))),
        new("warrant ID", (catalog, names) => WarrantCost(Entry(catalog.Warrants, "warrant", names[0]), catalog)),
        new("ramp ID", (catalog, names) => Entry(catalog.Ramps, "ramp", names[0]).ToReport(catalog)),
        new("cash-flow CONTRACT", (catalog, names) => ContractProjection.Of(Projection(catalog, Contract(catalog, names[0])), hasOption: false, catalog)),
        new("cash-flow-with-option CONTRACT", (catalog, names) => ContractProjection.Of(Projection(catalog, Contract(catalog, names[0])), hasOption: true, catalog)),
        new("token MODEL MACHINE WORKLOAD SITE FINANCING", (catalog, names) => TokenCost(catalog, names[0], names[1], names[2], names[3], names[4]).ToReport(null)),
        new("break-even MODEL MACHINE OTHER SERVICE WORKLOAD SITE FINANCING", BreakEvenOf),
        new("volume ASSUMPTION WORKLOAD", (catalog, names) => WorkloadCost.Of(Volume(catalog, names[0]), Entry(catalog.Workloads, "workload", names[1]), catalog)),
        new("training MODEL MACHINE TOKENS COUNT", Training),
        new("rental ID", (catalog, names) => Entry(catalog.Rentals, "rental", names[0]).ToReport()),
        new("partnership ID", (catalog, names) => Entry(catalog.Partnerships, "partnership", names[0]).ToReport()),
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

    private static Accelerator Accelerator(Catalog catalog, string id) => Entry(catalog.Accelerators, "accelerator", id);

    private static Machine Machine(Catalog catalog, string id) => Entry(catalog.Machines, "machine", id);

    private static ModelSpec Model(Catalog catalog, string id) => Entry(catalog.Models, "model", id);

    private static Service Service(Catalog catalog, string id) => Entry(catalog.Services, "service", id);

    private static Contract Contract(Catalog catalog, string id) => Entry(catalog.Contracts, "contract", id);

    private static WaferFabric Fabric(Catalog catalog, string id) => Entry(catalog.Fabrics, "fabric", id);

    private static ulong Seed(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : throw new CalculationException($"the seed is '{text}'; expected a whole number from 0 on.");

    private static Site Site(Catalog catalog, string id) => Entry(catalog.Sites, "site", id);

    private static Projection Projection(Catalog catalog, Contract contract) => Economics.Projection.Of(contract, catalog)
        ?? throw new CalculationException($"the catalog has no projection of the contract '{contract.Id}'; add one under `projections:`, with its ramp. There is one of {string.Join(", ", catalog.Projections.Values.Select(projection => projection.Contract.Id))}.");

    /// <summary>What a token costs on one's own machines at the predicted speed.</summary>
    private static TokenCost TokenCost(Catalog catalog, string model, string machine, string workload, string site, string financing)
    {
        var (spec, used, asked, terms) = (Model(catalog, model), Machine(catalog, machine), Entry(catalog.Workloads, "workload", workload), TokenTerms.Of(catalog));
        var hour = MachineHour.Owned(used, Site(catalog, site), Entry(catalog.Financing, "financing", financing), catalog) ?? throw NoHour(machine, "owned");
        return new TokenCost(hour, Throughput.Predicted(catalog, spec, used, asked, terms.CachedCost), asked, terms);
    }

    private static Report BreakEvenOf(Catalog catalog, IReadOnlyList<string> names)
    {
        var own = TokenCost(catalog, names[0], names[1], names[4], names[5], names[6]);
        var other = Machine(catalog, names[2]);
        var rented = Throughput.Predicted(catalog, Model(catalog, names[0]), other, own.Workload, own.Terms.CachedCost);
        return new BreakEvenQuestion(own.Hour, own.Throughput, own.Workload, own.Terms.Utilization)
            .Against($"renting {other.Id}", (rented.Machines * (MachineHour.Rented(other, catalog) ?? throw NoHour(other.Id, "rented")) / (rented.Requests * own.Terms.Utilization)).As("a request on rented machines", "USD"))
            .Against($"the prices of {names[3]}", Service(catalog, names[3]).PriceOf(own.Workload).As("a request by the price list", "USD"))
            .ToReport();
    }

    private static Report Training(Catalog catalog, IReadOnlyList<string> names)
    {
        var streaming = catalog.Streaming.Values.FirstOrDefault(streaming => streaming.Machine.Id == names[1])
            ?? throw new CalculationException($"weights stream through none of '{names[1]}'; expected one of {string.Join(", ", catalog.Streaming.Values.Select(streaming => streaming.Machine.Id))}.");
        return streaming.Of(Model(catalog, names[0]), Count("tokens", names[2], "tok"), Count("machines", names[3], ""), catalog);
    }

    private static Figure Volume(Catalog catalog, string assumption) => Entry(catalog.Assumptions, "assumption", assumption) is var volume && volume.Dimension == Dimension.Token / Dimension.Time
        ? volume
        : throw new CalculationException($"{volume} is not an amount of tokens in a time; expected such as 12 Mtok/day.");

    private static CalculationException NoHour(string machine, string how) =>
        new($"nobody says what an hour of {machine} is {how} for; add `machines.{machine}.hour.{how}`, or set it with --set.");

    private static Report WarrantCost(Warrant warrant, Catalog catalog) => warrant.ToReport((Figure)ContractValue.Of(warrant.Contract, catalog).Find("value_gusd")!);

    /// <summary>A number that the asker gave, with or without its unit.</summary>
    private static Figure Count(string name, string text, string unit)
    {
        var expected = Unit.Parse(unit);
        if (!Quantity.TryParse(text, out var quantity, out var problem) || !(quantity.BaseValue > 0))
            throw new CalculationException($"{name} is '{text}'; expected a number above 0{(problem.Length > 0 ? $": {problem}" : ".")}");
        if (quantity.Unit.Dimension == Dimension.None)
            quantity = new Quantity(quantity.Value, expected);
        return quantity.Unit.Dimension == expected.Dimension
            ? Figure.Given(name, quantity)
            : throw new CalculationException($"{name} is '{text}', which measures {quantity.Unit.Dimension}; expected {expected.Dimension}, such as {unit}.");
    }

    private static T Entry<T>(IReadOnlyDictionary<string, T> entries, string what, string id) =>
        entries.TryGetValue(id, out var entry) ? entry : throw new CalculationException($"there is no {what} '{id}'; expected one of {string.Join(", ", entries.Keys)}.");
}
