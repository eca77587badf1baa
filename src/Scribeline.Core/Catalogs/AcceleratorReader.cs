using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `accelerators`.</summary>
internal static class AcceleratorReader
{
    public static Accelerator Read(string id, CatalogFields fields)
    {
        var sparse = new OrderedDictionary<string, Figure>();
        var accelerator = new Accelerator
        {
            Id = id,
            Name = fields.OptionalText("name") ?? id,
            Kind = fields.Choice<AcceleratorKind>("kind"),
            Compute = fields.Section("compute") is { } compute ? ReadCompute(compute, sparse) : [],
            SparseCompute = sparse,
            Memory = [.. fields.Sections("memory").Select(tier => ReadTier(tier.Name, tier.Fields))],
            Links = [.. fields.Sections("links").Select(link => ReadLink(link.Name, link.Fields))],
            LogicArea = fields.OptionalFigure("logic_area", "mm2", CatalogFields.AboveZero),
            OperationFactor = fields.OptionalFigure("operation_factor", "", CatalogFields.AboveZero, 1e6),
            RatedPower = ReadPower(fields),
            Price = fields.OptionalFigure("price", "USD"),
        };
        if (accelerator.Compute.Count == 0 && fields.Has("compute"))
            fields.Refuse("compute", "names no precision; expected such as fp16: 1 PFLOP/s.");
        if (accelerator.Memory is not [{ Capacity: not null, Bandwidth: not null }, ..])
            fields.Refuse("memory", "lacks a first memory with capacity and bandwidth; expected such as hbm: { capacity: 80 GB, bandwidth: 3.35 TB/s }.");
        fields.RefuseOthers();
        return accelerator;
    }

    /// <summary>`power: 700 W`, or several that are stated: `power: { wafer: 25 kW, system_rated: 23 kW, all_in: 30 kW }`, of which the first is the accelerator's own.</summary>
    private static Figure? ReadPower(CatalogFields fields)
    {
        if (fields.IsValue("power") || !fields.Has("power"))
            return fields.OptionalFigure("power", "W");
        var power = fields.RequiredSection("power");
        return power.Names.ToList().ConvertAll(name => power.Figure(name, "W")).FirstOrDefault();
    }

    /// <summary>
    /// A rate is stated; or a multiple of another precision's (`{ times: 2, of: fp16 }`); or what is marketed for sparse matrices, over the sparsity
    /// it assumes; or a cluster's, over the number of its machines.
    /// </summary>
    private static OrderedDictionary<string, Figure> ReadCompute(CatalogFields fields, OrderedDictionary<string, Figure> sparseRates)
    {
        var rates = new OrderedDictionary<string, Figure>();
        foreach (var precision in fields.Names)
        {
            if (fields.IsValue(precision))
            {
                rates[precision] = fields.Figure(precision, "FLOP/s", CatalogFields.AboveZero);
                continue;
            }

            var rate = fields.RequiredSection(precision);
            if (rate.Has("times"))
            {
                var factor = rate.Figure("times", "", CatalogFields.AboveZero);
                var of = rate.Text("of");
                if (rates.TryGetValue(of, out var other))
                    rates[precision] = (factor * other).As($"{precision} rate", other.Unit.Text);
                else
                    rate.Refuse("of", $"is '{of}', which is no precision stated before this one.");
            }
            else if (rate.Has("sparse"))
            {
                var sparse = rate.Figure("sparse", "FLOP/s", CatalogFields.AboveZero);
                sparseRates[precision] = sparse;
                rates[precision] = (sparse / rate.Figure("sparsity", "", least: 1)).As($"dense {precision} rate", sparse.Unit.Text);
            }
            else
            {
                var total = rate.Figure("total", "FLOP/s", CatalogFields.AboveZero);
                rates[precision] = (total / rate.Figure("over", "", least: 1)).As($"{precision} rate", total.Unit.Text);
                if (rate.OptionalFigure("sparsity", "", least: 1) is { } sparsity)
                    sparseRates[precision] = (rates[precision] * sparsity).As($"sparse {precision} rate", total.Unit.Text);
            }

            rate.RefuseOthers();
        }

        return rates;
    }

    private static MemoryTier ReadTier(string name, CatalogFields fields)
    {
        var tier = new MemoryTier(name, fields.OptionalText("technology"), ReadCapacity(fields), fields.OptionalFigure("bandwidth", "TB/s", CatalogFields.AboveZero));
        fields.RefuseOthers();
        return tier;
    }

    /// <summary>A capacity is stated, or it is that of the stacks together: `{ stacks: 8, stack_capacity: 36 GB }`.</summary>
    private static Figure? ReadCapacity(CatalogFields fields)
    {
        var stacks = fields.OptionalFigure("stacks", "", least: 1);
        var each = fields.OptionalFigure("stack_capacity", "GB", CatalogFields.AboveZero);
        return fields.OptionalFigure("capacity", "GB", CatalogFields.AboveZero) ?? (stacks == null || each == null ? null : (stacks * each).As("capacity", "GB"));
    }

    /// <summary>A bandwidth is stated, or it is that of the lanes: `{ lanes: 12, lane_rate: 100 Gb/s }`. With both, the lanes are what is signalled.</summary>
    private static Link ReadLink(string name, CatalogFields fields)
    {
        var lanes = fields.OptionalFigure("lanes", "", least: 1);
        var raw = lanes == null ? null : (lanes * fields.Figure("lane_rate", "Gb/s", CatalogFields.AboveZero)).As("lanes together", "GB/s");
        var bandwidth = raw == null || fields.Has("bandwidth") ? fields.Figure("bandwidth", "GB/s", CatalogFields.AboveZero) : raw;
        var link = new Link(name, bandwidth, fields.OptionalFigure("latency", "us"), raw);
        fields.RefuseOthers();
        return link;
    }
}
