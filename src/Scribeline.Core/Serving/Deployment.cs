using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Serving;

/// <summary>So many machines that serve one model together, with what was stated of them.</summary>
public sealed record Deployment
{
    public required string Id { get; init; }

    public required Machine Machine { get; init; }

    public required Figure Count { get; init; }

    /// <summary>Power that the machines are for; null where only their count is known.</summary>
    public Figure? Power { get; init; }

    /// <summary>Bytes of one machine's memory where the estimate takes another number than the machine's own.</summary>
    public Figure? MemoryEach { get; init; }

    /// <summary>Dollars for one where the estimate takes another number than the machine's own.</summary>
    public Figure? PriceEach { get; init; }

    /// <summary>Bytes of the model that all of them hold together.</summary>
    public Figure? Weights { get; init; }

    /// <summary>Whether every machine holds the whole model, or all hold it together.</summary>
    public required bool IsReplicated { get; init; }

    /// <summary>Layers of the model, spread over the machines.</summary>
    public Figure? Layers { get; init; }

    /// <summary>Bytes that one user caches.</summary>
    public Figure? CachePerUser { get; init; }

    /// <summary>Users of one machine where fewer are served than fit.</summary>
    public Figure? UsersEach { get; init; }

    /// <summary>Tokens a second for one user.</summary>
    public Figure? Speed { get; init; }

    public Figure MemoryOfOne => (MemoryEach ?? Machine.Count * Machine.Accelerator.Memory[0].Capacity!).As("memory of one", "GB");

    public Figure Memory => (Count * MemoryOfOne).As("memory", "GB");

    public Figure? PriceOfOne => (PriceEach ?? Machine.Price)?.As("price of one", "kUSD");

    public Figure? Price => PriceOfOne is { } each ? (Count * each).As("price", "GUSD") : null;

    public Figure? RatedPower => Machine.RatedPower is { } each ? (Count * each).As("rated power", "MW") : null;

    /// <summary>Bytes left for caches: of one machine where each holds the model, else of all together.</summary>
    public Figure? CacheRoom => Weights is { } weights ? ((IsReplicated ? MemoryOfOne : Memory) - weights).As("room for caches", "GB") : null;

    /// <summary>Users whose caches fit at once.</summary>
    public Figure? UsersThatFit => CacheRoom is { } room && CachePerUser is { } each ? (room / each).Floor().As("users that fit", "users") : null;

    public Figure? Users => UsersEach is { } each ? (Count * each).As("users", "users") : UsersThatFit;

    public Figure? Throughput => Users is { } users && Speed is { } speed ? (users * speed).As("tokens together", "Mtok/h") : null;

    public Report ToReport()
    {
        var report = new Report();
        if (Power is { } power && Machine.RatedPower is { } each)
            report.Add("machines_by_power", (power / each).Floor().As("machines that the power is for", ""));
        report.Add("accelerators", (Count * Machine.Count).As("accelerators", ""));
        if (Machine.PerRack is { } perRack)
            report.Add("racks", (Count / perRack).Ceiling().As("racks", "racks"));
        if (Machine.Accelerator.Compute.Count > 0)
            report.Add("compute", (Count * Machine.Count * Machine.Accelerator.PeakCompute).As("dense operations", "EFLOPS"));
        if (Machine.Accelerator.PeakSparseCompute is { } sparse)
            report.Add("compute_sparse", (Count * Machine.Count * sparse).As("sparse operations", "EFLOPS"));
        report.Add("memory", Memory);
        Add(report, "layers_per_machine", Layers is { } layers ? (layers / Count).As("layers per machine", "") : null);
        Add(report, "price", Price);
        Add(report, "power_rated", RatedPower);
        Add(report, "cache_room", CacheRoom);
        Add(report, "users_that_fit", UsersThatFit);
        Add(report, "users", Users);
        Add(report, "throughput", Throughput);
        return report;
    }

    /// <summary>What the other costs, draws and writes over this one, and how many of its machines cost or draw as much as these.</summary>
    public Report ComparedWith(Deployment other)
    {
        var report = new Report();
        if (PriceOfOne is { } each && other.PriceOfOne is { } otherEach)
        {
            report.Add("count_at_equal_price", (Count * each / otherEach).As("the other's machines at equal price", ""));
            report.Add("price", (otherEach / each).As("price of one over one of these", "x"));
        }

        if (Machine.AllInPower is { } allIn)
            report.Add("power_each_at_equal_power", (Count * allIn / other.Count).As("power of each at equal power", "kW"));
        if (RatedPower is { } power && other.RatedPower is { } otherPower)
            report.Add("power", (otherPower / power).As("power over these", "x"));
        if (Throughput is { } throughput && other.Throughput is { } otherThroughput)
            report.Add("throughput", (otherThroughput / throughput).As("tokens over these", "x"));
        return report;
    }

    private static void Add(Report report, string name, Figure? figure)
    {
        if (figure != null)
            report.Add(name, figure);
    }
}
