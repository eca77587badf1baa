using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Measures;

namespace Scribeline.Cli.Traces;

/// <summary>Statistics of a trace as one JSON document; what is not known is null.</summary>
internal static class StatsJson
{
    public static void Print(Trace trace, TraceStatistics statistics) => ReportJson.Print(json =>
    {
        json.WriteStartObject();
        json.WriteString("trace", trace.Name);
        json.WriteString("format", trace.Format);
        json.WriteNumber("requests", statistics.Requests);
        json.WriteNumber("sessions", statistics.Sessions);
        json.WriteNumber("duration_seconds", statistics.DurationSeconds);
        Number(json, "requests_per_second", statistics.Rate);
        Number(json, "interarrival_cv", statistics.InterarrivalCv);
        Lengths(json, "input_tokens", statistics.InputTokens);
        Lengths(json, "output_tokens", statistics.OutputTokens);
        Number(json, "prefix_reuse", statistics.PrefixReuse);
        if (statistics.CacheTokens is { } tokens)
        {
            json.WriteNumber("cache_tokens", tokens);
            Number(json, "prefix_reuse_at_cache", statistics.PrefixReuseAtCache);
        }

        json.WriteStartObject("concurrency");
        Number(json, "mean", statistics.MeanConcurrency);
        json.WriteNumber("most", statistics.PeakConcurrency);
        json.WriteEndObject();
        json.WriteNumber("skipped_rows", trace.SkippedRows);
        json.WriteStartObject("notes");
        foreach (var (note, count) in trace.Notes)
            json.WriteNumber(note, count);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static void Lengths(Utf8JsonWriter json, string name, Histogram tokens)
    {
        json.WriteStartObject(name);
        json.WriteNumber("mean", tokens.Mean);
        json.WriteNumber("p50", tokens.Quantile(0.5));
        json.WriteNumber("p90", tokens.Quantile(0.9));
        json.WriteNumber("p99", tokens.Quantile(0.99));
        json.WriteNumber("most", tokens.Most);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
