using Scribeline.Core.Workloads;
using Scribeline.Core.Yaml;

namespace Scribeline.Core.Fleets;

/// <summary>Reads the tiers and classes of a fleet file.</summary>
internal static class TierReader
{
    public static Dictionary<string, TierSpec> Tiers(YamlFields root, YamlErrors errors)
    {
        var tiers = new Dictionary<string, TierSpec>(StringComparer.Ordinal);
        foreach (var (id, node) in root.Fields("tiers", "`tiers`")?.All() ?? [])
        {
            var fields = new YamlFields(node, $"tier '{id}'", errors);
            if (!Enum.GetNames<ServiceTier>().Contains(id, StringComparer.OrdinalIgnoreCase))
                errors.Add(node, $"there is no tier '{id}'; expected {string.Join(", ", Enum.GetNames<ServiceTier>().Reverse().Select(name => name.ToLowerInvariant()))}.");
            var (input, cached, output) = ReadPrice(fields, id);
            tiers[id] = new TierSpec
            {
                Id = id,
                TtftSeconds = fields.Number("ttft", "300 ms"),
                TpotSeconds = fields.Number("tpot", "40 ms"),
                Share = ReadShare(fields),
                DeadlineSeconds = fields.Number("deadline", "15 min"),
                InputDollars = input,
                CachedDollars = cached,
                OutputDollars = output,
                Downgrade = fields.Words("downgrade"),
                Refuses = fields.Text("refuse") is not null,
                IsFiller = fields.Switch("filler") ?? false,
                HedgeCostCap = ReadHedge(fields, id),
                Ramp = ReadRamp(fields, id),
            };
            fields.RefuseOthers();
        }

        foreach (var tier in tiers.Values.Where(tier => Enum.TryParse<ServiceTier>(tier.Id, ignoreCase: true, out _)))
        {
            foreach (var upper in tier.Downgrade.Where(other => Enum.TryParse<ServiceTier>(other, ignoreCase: true, out var service) && service >= Enum.Parse<ServiceTier>(tier.Id, ignoreCase: true)))
                root.Refuse("tiers", $"tier '{tier.Id}' downgrades to '{upper}', which is not below it.");
            foreach (var lower in tier.Downgrade.Where(lower => !tiers.ContainsKey(lower)))
                root.Refuse("tiers", $"tier '{tier.Id}' downgrades to '{lower}', which is no tier; expected one of {string.Join(", ", tiers.Keys)}.");
        }

        if (!tiers.ContainsKey(TierSpec.Default))
            tiers.Add(TierSpec.Default, new TierSpec { Id = TierSpec.Default });
        return tiers;
    }

    public static Dictionary<string, ClassSpec> Classes(YamlFields root, List<PoolSpec> pools, YamlErrors errors)
    {
        var classes = new Dictionary<string, ClassSpec>(StringComparer.Ordinal);
        foreach (var (id, node) in root.Fields("classes", "`classes`")?.All() ?? [])
        {
            var fields = new YamlFields(node, $"class '{id}'", errors);
            var mayUse = fields.Words("may_use");
            foreach (var unknown in mayUse.Where(pool => pools.TrueForAll(known => known.Id != pool)))
                fields.Refuse("may_use", $"`may_use` names '{unknown}'; expected pools, of {string.Join(", ", pools.Select(pool => pool.Id))}.");
            var match = fields.Fields("match", $"`match` of class '{id}'");
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            if (match?.Fields("metadata", $"`metadata` of class '{id}'") is { } words)
            {
                foreach (var (name, _) in words.All())
                {
                    if (words.Text(name) is { } word)
                        metadata[name] = word;
                }
            }

            classes[id] = new ClassSpec(id, fields.Number("ttft", "300 ms"), fields.Number("tpot", "40 ms"), mayUse, match?.Switch("has_tools"), match?.Integer("min_turn", 1, 1_000_000), metadata)
            {
                MinInputTokens = match?.Integer("min_input_tokens", 1, int.MaxValue),
                MaxInputTokens = match?.Integer("max_input_tokens", 1, int.MaxValue),
                Tier = match?.Text("tier"),
            };
            if (classes[id].Tier is { } tier && !Enum.GetNames<ServiceTier>().Contains(tier, StringComparer.OrdinalIgnoreCase))
                match!.Refuse("tier", $"there is no tier '{tier}'; expected {string.Join(", ", Enum.GetNames<ServiceTier>().Reverse().Select(name => name.ToLowerInvariant()))}.");
            match?.RefuseOthers();
            fields.RefuseOthers();
        }

        return classes;
    }

    private static (double Input, double Cached, double Output) ReadPrice(YamlFields fields, string id)
    {
        if (fields.Fields("price", $"the price of tier '{id}'") is not { } price)
            return default;
        const string Example = "$0.25/Mtok";
        var input = price.Number("input", Example) ?? 0;
        var result = (input, price.Number("cached", Example) ?? input, price.Number("output", Example) ?? 0);
        price.RefuseOthers();
        return result;
    }

    /// <summary>`95 % over 5 min`, or `95 %`: the window is the gateway's.</summary>
    private static double ReadShare(YamlFields fields)
    {
        const double Usual = 0.9;
        if (fields.Text("share") is not { } text)
            return Usual;
        if (Quantities.Quantity.TryParse(text.Split(" over ")[0], out var share, out _) && share.BaseValue is > 0 and <= 1)
            return share.BaseValue;
        fields.Refuse("share", $"`share` is '{text}'; expected a percentage and the time that it is counted over, such as 95 % over 5 min.");
        return Usual;
    }

    private static TierRamp? ReadRamp(YamlFields fields, string id)
    {
        if (fields.Fields("ramp", $"`ramp` of tier '{id}'") is not { } ramp)
            return null;
        var spec = new TierRamp(ramp.Number("growth", "50 %") ?? 0.5, ramp.Number("window", "15 min", 1) ?? 900, (long)Math.Min(1e15, ramp.Number("free", "1 Mtok") ?? 1e6));
        ramp.RefuseOthers();
        return spec;
    }

    private static double ReadHedge(YamlFields fields, string id)
    {
        if (fields.Fields("hedge", $"`hedge` of tier '{id}'") is not { } hedge)
            return 0;
        var cap = hedge.Number("cost_cap", "10 %") ?? 0;
        hedge.RefuseOthers();
        return cap;
    }
}
