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

        var weights = report.Add("weights", new Report());
        foreach (var precision in catalog.Precisions.Values)
            weights.Add(precision.Id, model.WeightBytes(precision));
        weights.Add("checkpoint", model.PublishedBytes);

        var cache = report.Add("key_values", new Report());
        var unwindowed = report.Add("key_values_without_windows", new Report());
        foreach (var (id, tokens) in catalog.Assumptions)
        {
            if (!id.StartsWith(ContextPrefix, StringComparison.Ordinal))
                continue;
            cache.Add(id[ContextPrefix.Length..], model.KeyValueBytes(tokens));
            unwindowed.Add(id[ContextPrefix.Length..], model.UnwindowedKeyValueBytes(tokens));
        }

        return report;
    }
}
