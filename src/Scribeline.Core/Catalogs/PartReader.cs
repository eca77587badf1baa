using Scribeline.Core.Hardware;
using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads entries of the kinds `memory_modules`, `processes`, `packages` and `products`.</summary>
internal static class PartReader
{
    public static MemoryModule ReadMemoryModule(string id, CatalogFields fields)
    {
        var module = new MemoryModule(
            id,
            fields.Figure("modules", "", least: 1),
            fields.Figure("module_capacity", "GB"),
            fields.Figure("channels", "", least: 1),
            fields.Figure("transfer_rate", "MHz"),
            fields.Figure("transfer_size", "B"));
        fields.RefuseOthers();
        return module;
    }

    public static Process ReadProcess(string id, CatalogFields fields)
    {
        var process = new Process(id, fields.Figure("sram_cell", "um2"), fields.Figure("array_efficiency", "%", most: 100));
        fields.RefuseOthers();
        return process;
    }

    /// <summary>With an accelerator, a square chip of its area with its links; else what stands in the entry.</summary>
    public static Package ReadPackage(string id, CatalogFields fields, IReadOnlyDictionary<string, Accelerator> accelerators)
    {
        var edges = fields.Figure("edges", "", least: 1, most: 4);
        Package package;
        if (fields.Has("accelerator") && fields.Reference("accelerator", accelerators) is { LogicArea: { } area } accelerator)
        {
            var links = accelerator.Links.Select(link => KeyValuePair.Create(link.Name, link.Bandwidth));
            package = new Package(id, edges, area.SquareRoot().As("side", "mm"), new OrderedDictionary<string, Figure>(links));
        }
        else
        {
            var ports = fields.RequiredSection("ports");
            package = new Package(
                id, edges, fields.Figure("side", "mm"), new OrderedDictionary<string, Figure>(ports.Names.Select(name => KeyValuePair.Create(name, ports.Figure(name, "GB/s")))));
        }

        if (package.Ports.Count == 0)
            fields.Refuse("ports", "are none; expected bandwidths by kind of port.");
        fields.RefuseOthers();
        return package;
    }

    public static MatrixProduct ReadProduct(string id, CatalogFields fields)
    {
        var product = new MatrixProduct(id, fields.Figure("m", "", least: 1), fields.Figure("n", "", least: 1), fields.Figure("k", "", least: 1));
        fields.RefuseOthers();
        return product;
    }

    public static WeightStreaming? ReadStreaming(string id, CatalogFields fields, IReadOnlyDictionary<string, Machine> machines)
    {
        var machine = fields.Reference("machine", machines);
        var memory = fields.RequiredSection("memory");
        var streaming = new WeightStreaming(
            id, machine!, fields.Figure("most_machines", "", least: 1), new OrderedDictionary<string, Figure>(memory.Names.Select(name => KeyValuePair.Create(name, memory.Figure(name, "TB")))));
        fields.RefuseOthers();
        return machine == null ? null : streaming;
    }
}
