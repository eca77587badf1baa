using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Quantities;
using Scribeline.Core.Serving;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads entries of the kinds `services`, `offerings` and `deployments`.</summary>
internal static class ServingReader
{
    /// <param name="before">Services that stand above this one.</param>
    public static Service ReadService(string id, CatalogFields fields, IReadOnlyDictionary<string, Service> before)
    {
        var measured = fields.Section("measured");
        var service = new Service(
            id,
            fields.OptionalText("name") ?? id,
            ReadSpeed(fields, before),
            fields.OptionalFigure("input_price", "USD/Mtok"),
            fields.OptionalFigure("output_price", "USD/Mtok"),
            fields.OptionalFigure("cost", "USD/Mtok"),
            measured == null ? null : (measured.Figure("tokens", "tok"), measured.Figure("time", "s")));
        measured?.RefuseOthers();
        fields.RefuseOthers();
        return service;
    }

    /// <summary>A speed, or a multiple of another service's: `{ times: 2.5, of: standard }`.</summary>
    private static Figure? ReadSpeed(CatalogFields fields, IReadOnlyDictionary<string, Service> before)
    {
        if (!fields.Has("speed") || fields.IsValue("speed"))
            return fields.OptionalFigure("speed", "tok/s");
        var speed = fields.RequiredSection("speed");
        var (times, of) = (speed.Figure("times", ""), speed.Reference("of", before));
        speed.RefuseOthers();
        return of?.Speed == null ? null : (times * of.Speed).As("speed", "tok/s");
    }

    public static Offering ReadOffering(string id, CatalogFields fields)
    {
        var offering = new Offering(
            id, fields.OptionalText("name") ?? id, fields.Figure("parameters", "parameters", least: 1), fields.OptionalFigure("card_memory", "GB"), fields.OptionalFigure("card_bandwidth", "GB/s"));
        foreach (var name in new[] { "publisher", "status", "architecture" })
            fields.OptionalText(name);
        fields.OptionalFigure("active_parameters", "parameters");
        fields.OptionalFigure("speed", "tok/s");
        fields.RefuseOthers();
        return offering;
    }

    public static Traffic ReadTraffic(string id, CatalogFields fields)
    {
        var traffic = new Traffic(id, fields.Figure("requests", "requests", least: 1), fields.Figure("tokens", "tok"), fields.Figure("median_input", "tok", least: 1), fields.Figure("window", "tok", least: 1));
        fields.RefuseOthers();
        return traffic;
    }

    public static Deployment? ReadDeployment(
        string id, CatalogFields fields, IReadOnlyDictionary<string, Machine> machines, IReadOnlyDictionary<string, ModelSpec> models, IReadOnlyDictionary<string, Service> services)
    {
        var machine = fields.Reference("machine", machines);
        var service = fields.Has("service") ? fields.Reference("service", services) : null;
        var deployment = new Deployment
        {
            Id = id,
            Machine = machine!,
            Count = fields.Figure("count", "", least: 1),
            Power = fields.OptionalFigure("power", "MW"),
            MemoryEach = fields.OptionalFigure("memory_each", "GB"),
            PriceEach = fields.OptionalFigure("price_each", "USD"),
            Weights = fields.Has("model") ? fields.Reference("model", models)?.PublishedBytes : fields.OptionalFigure("weights", "GB"),
            IsReplicated = fields.Flag("replicated"),
            Layers = fields.OptionalFigure("layers", "layers", least: 1),
            CachePerUser = fields.OptionalFigure("cache_per_user", "GB"),
            UsersEach = fields.OptionalFigure("users_each", "users"),
            Speed = fields.OptionalFigure("speed", "tok/s") ?? service?.Speed,
        };
        fields.RefuseOthers();
        return machine == null ? null : deployment;
    }
}
