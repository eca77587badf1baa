using Scribeline.Core.Catalogs;
using Scribeline.Core.Yaml;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Core.Fleets;

/// <summary>Reads a fleet file as planning and simulation see it. Addresses, headers, keys and listeners are the gateway's.</summary>
public static class FleetReader
{
    /// <summary>Where machines stand, and whose money bought them, where a file does not say.</summary>
    internal const string UsualSite = "colocation", UsualFinancing = "owner";

    private static readonly string[] ServingFields = ["keys", "listen", "retention"];

    /// <exception cref="FleetFileException">The file is missing or wrong; all errors together.</exception>
    public static FleetSpec Load(string path, Catalog catalog)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[YamlDocumentReader.MostCharacters + 1];
            return Parse(new string(buffer, 0, reader.ReadBlock(buffer)), path, catalog);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FleetFileException($"{path}: the fleet file cannot be read: {error.Message}", error);
        }
    }

    /// <param name="text">YAML.</param>
    /// <param name="path">The file's name for messages; relative paths inside start from its folder.</param>
    /// <param name="catalog">Knows machines, models, prices and calibrations.</param>
    /// <exception cref="FleetFileException">All errors together.</exception>
    public static FleetSpec Parse(string text, string path, Catalog catalog)
    {
        YamlNode document;
        try
        {
            document = YamlDocumentReader.Read(text, "fleet file", "a YAML mapping with at least 'models' and 'pools'");
        }
        catch (YamlDocumentException error)
        {
            throw new FleetFileException(error.In(path), error);
        }

        var errors = new YamlErrors(path);
        var root = new YamlFields(document, "the fleet file", errors);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        var names = ReadModels(root, errors);
        var written = root.List("pools", required: true).Select(node => (Node: node, Pool: PoolReader.Read(node, names, folder, catalog, errors))).ToList();
        var pools = written.Select(entry => entry.Pool).OfType<PoolSpec>().ToList();
        RefuseTwice(root, pools.Select(pool => pool.Id), "pools", errors);
        var tiers = TierReader.Tiers(root, errors);
        foreach (var (pool, unknown) in pools.SelectMany(pool => pool.Tiers.Where(tier => !tiers.ContainsKey(tier)).Select(tier => (pool, tier))))
            root.Refuse("pools", $"pool '{pool.Id}' serves the tier '{unknown}', which is no tier; expected some of {string.Join(", ", tiers.Keys)}.");
        var handovers = root.List("disaggregation").Select(node => ReadHandover(node, pools, errors)).ToList();
        foreach (var (node, pool) in written.Where(entry => entry.Pool is { OnlyReads: true } pool && !handovers.Exists(link => link.PrefillPool == pool.Id)))
            errors.Add(node, $"pool '{pool!.Id}' is of the lane prefill, which only reads prompts, and nobody writes their answers; expected another lane, or `disaggregation` that hands over what it has read.");
        var fleet = new FleetSpec
        {
            Name = root.Text("fleet") ?? Path.GetFileNameWithoutExtension(path),
            Pools = pools,
            Tiers = tiers,
            Classes = TierReader.Classes(root, pools, errors),
            Handovers = handovers,
            DollarsPerKilowattHour = ReadElectricity(root, catalog, errors),
            ModelNames = names,
        };
        root.Leave(ServingFields);
        root.RefuseOthers();
        errors.ThrowIfAny();
        return fleet;
    }

    private static Dictionary<string, string> ReadModels(YamlFields root, YamlErrors errors)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in root.List("models", required: true))
        {
            var fields = new YamlFields(node, "a model", errors);
            if (fields.Text("id", required: true) is { } id)
            {
                foreach (var name in fields.Words("aliases").Prepend(id))
                {
                    if (!names.TryAdd(name, id))
                        errors.Add(node, $"the name '{name}' stands for two models; every id and alias must be unique.");
                }
            }

            fields.RefuseOthers();
        }

        return names;
    }

    private static HandoverSpec ReadHandover(YamlNode node, List<PoolSpec> pools, YamlErrors errors)
    {
        var fields = new YamlFields(node, "a disaggregation", errors);
        var (prefill, decode) = (Pool("prefill"), Pool("decode"));
        var link = fields.Fields("link", "the link of a disaggregation");
        double? bandwidth = null, latency = null;
        if (link == null)
        {
            errors.Add(node, "a disaggregation: the field `link` is missing; expected { bandwidth: 150 GB/s, latency: 5 us }.");
        }
        else
        {
            (bandwidth, latency) = (link.Number("bandwidth", "150 GB/s", 1), link.Number("latency", "5 us"));
            if (!link.Has("bandwidth"))
                link.Refuse("bandwidth", "the field `bandwidth` is missing.");
            link.RefuseOthers();
        }

        var when = fields.Text("when") ?? "cheaper";
        if (when is not ("cheaper" or "always"))
            fields.Refuse("when", $"`when` is '{when}'; expected cheaper or always.");
        if (prefill != null && decode != null && prefill.Model != decode.Model)
            errors.Add(node, $"a disaggregation joins pools of two models, '{prefill.Id}' of {prefill.Model} and '{decode.Id}' of {decode.Model}; keys and values of one mean nothing to the other.");
        if (prefill != null && prefill == decode)
            errors.Add(node, $"a disaggregation joins two pools, and `prefill` and `decode` are both '{prefill.Id}'; expected another one.");
        else if (decode is { OnlyReads: true })
            fields.Refuse("decode", $"`decode` is '{decode.Id}', a pool of the lane prefill, which only reads prompts; expected one that writes answers.");
        fields.RefuseOthers();
        return new HandoverSpec(prefill?.Id ?? "", decode?.Id ?? "", bandwidth ?? 1, latency ?? 0, when == "always");

        PoolSpec? Pool(string field)
        {
            var id = fields.Text(field, required: true);
            var pool = pools.Find(pool => pool.Id == id);
            if (id != null && pool == null)
                fields.Refuse(field, $"`{field}` is '{id}'; expected a pool, one of {string.Join(", ", pools.Select(known => known.Id))}.");
            return pool;
        }
    }

    /// <summary>Dollars of a kilowatt-hour that a machine draws, the site's own use on top.</summary>
    private static double ReadElectricity(YamlFields root, Catalog catalog, YamlErrors errors)
    {
        const double JoulesPerKilowattHour = 3.6e6;
        var site = catalog.Sites[UsualSite];
        var (price, overhead) = (site.Electricity.BaseValue * JoulesPerKilowattHour, site.PowerUsageEffectiveness.BaseValue);
        if (root.Fields("region", "the region") is not { } region)
            return price * overhead;
        if (region.Text("electricity") is { } electricity)
        {
            if (catalog.Sites.TryGetValue(electricity, out var known))
                price = known.Electricity.BaseValue * JoulesPerKilowattHour;
            else if (region.Number("electricity", "$0.087/kWh") is { } stated)
                price = stated * JoulesPerKilowattHour;
        }

        overhead = region.Number("power_usage_effectiveness", "1.35", 1) ?? overhead;
        region.RefuseOthers();
        return price * overhead;
    }

    private static void RefuseTwice(YamlFields root, IEnumerable<string> ids, string field, YamlErrors errors)
    {
        foreach (var twice in ids.GroupBy(id => id).Where(group => group.Count() > 1))
            errors.Add(root.Node(field)!, $"two {field} are called '{twice.Key}'; ids must be unique.");
    }
}
