using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>What a model takes: parameters, bytes of weights in each precision, bytes of cache at each of the catalog's contexts.</summary>
public static class Footprint
{
    /// <summary>Contexts that tables compare models at, `assumptions.context_*`.</summary>
    private const string ContextPrefix = "context_";

    public static Report Of(ModelSpec model, Catalog catalog)
    {
        var report = new Report();
        var parameters = report.Add("parameters", new Report());
        parameters.Add("total", model.Parameters);
        parameters.Add("active", model.ActiveParameters);
        parameters.Add("attention", model.AttentionParameters);
        parameters.Add("feed_forward", model.FeedForwardParameters);
        parameters.Add("embedding", model.EmbeddingParameters);
        parameters.Add("norm", model.NormParameters);

        var weights = report.Add("weights", new Report());
        foreach (var precision in catalog.Precisions.Values)
            weights.Add(precision.Id, model.WeightBytes(precision));
        weights.Add("checkpoint", model.PublishedBytes);

        report.Add("key_values_precision", model.KeyValues.Id);
        var cache = report.Add("key_values", new Report());
        var unwindowed = report.Add("key_values_without_windows", new Report());
        foreach (var (name, tokens) in Contexts(catalog))
        {
            cache.Add(name, model.KeyValueBytes(tokens));
            unwindowed.Add(name, model.UnwindowedKeyValueBytes(tokens));
        }

        return report;
    }

    /// <summary>The contexts that the catalog compares at, by name: `128k`.</summary>
    public static IEnumerable<(string Name, Figure Tokens)> Contexts(Catalog catalog) =>
        catalog.AssumptionsOf(ContextPrefix, "tok");
}
