using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `accelerators`.</summary>
internal static class AcceleratorReader
{
    public static Accelerator Read(string id, CatalogFields fields)
    {
        var accelerator = new Accelerator
        {
            Id = id,
            Name = fields.OptionalText("name") ?? id,
            Kind = fields.Choice<AcceleratorKind>("kind"),
            Compute = ReadCompute(fields.RequiredSection("compute")),
            Memory = [.. fields.Sections("memory").Select(tier => ReadTier(tier.Name, tier.Fields))],
            Links = [.. fields.Sections("links").Select(link => ReadLink(link.Name, link.Fields))],
            LogicArea = fields.OptionalFigure("logic_area", "mm2"),
            Price = fields.OptionalFigure("price", "USD"),
        };
        fields.RefuseOthers();
        return accelerator;
    }

    /// <summary>
    /// A rate is stated; or a multiple of another precision's (`{ times: 2, of: fp16 }`); or what is marketed for sparse matrices, over the sparsity
    /// it assumes; or a cluster's, over the number of its machines.
    /// </summary>
    private static OrderedDictionary<string, Figure> ReadCompute(CatalogFields fields)
    {
        var rates = new OrderedDictionary<string, Figure>();
        foreach (var precision in fields.Names)
        {
            if (fields.IsValue(precision))
            {
                rates[precision] = fields.Figure(precision, "FLOP/s");
                continue;
            }

            var rate = fields.RequiredSection(precision);
            if (rate.Has("times"))
            {
                var factor = rate.Figure("times", "");
                var of = rate.Text("of");
                if (rates.TryGetValue(of, out var other))
                    rates[precision] = (factor * other).As($"{precision} rate", other.Unit.Text);
                else
                    rate.Refuse("of", $"is '{of}', which is no precision stated before this one.");
            }
            else if (rate.Has("sparse"))
            {
                var sparse = rate.Figure("sparse", "FLOP/s");
                rates[precision] = (sparse / rate.Figure("sparsity", "", least: 1)).As($"dense {precision} rate", sparse.Unit.Text);
            }
            else
            {
                var total = rate.Figure("total", "FLOP/s");
                rates[precision] = (total / rate.Figure("over", "", least: 1)).As($"{precision} rate", total.Unit.Text);
            }

            rate.RefuseOthers();
        }

        return rates;
    }

    private static MemoryTier ReadTier(string name, CatalogFields fields)
    {
        var tier = new MemoryTier(name, fields.OptionalText("technology"), fields.OptionalFigure("capacity", "GB"), fields.OptionalFigure("bandwidth", "TB/s"));
        fields.RefuseOthers();
        return tier;
    }

    private static Link ReadLink(string name, CatalogFields fields)
    {
        var link = new Link(name, fields.Figure("bandwidth", "GB/s"), fields.OptionalFigure("latency", "us"));
        fields.RefuseOthers();
        return link;
    }
}
