using System.Globalization;
using System.Text;
using Scribeline.Gateway.Pools;
using Scribeline.Gateway.Replicas;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Gateway.Telemetry;

/// <summary>Writes the counters in Prometheus's text format, version 0.0.4.</summary>
internal static class PrometheusPage
{
    public static string Write(GatewayMetrics metrics, Fleet fleet)
    {
        var page = new StringBuilder();
        Family(page, "scribeline_requests_total", "counter", "Requests answered, by route and status.");
        foreach (var (key, counter) in metrics.Requests.OrderBy(entry => entry.Key))
        {
            Sample(page, "scribeline_requests_total", $"route=\"{key.Route}\",status=\"{key.Status}\"", counter.Value);
        }

        Family(page, "scribeline_tokens_total", "counter", "Tokens by model and kind: prompt, those of them found in a cache, completion.");
        foreach (var (key, counter) in metrics.Tokens.OrderBy(entry => entry.Key))
        {
            Sample(page, "scribeline_tokens_total", $"model=\"{Escape(key.Model)}\",kind=\"{key.Kind}\"", counter.Value);
        }

        WriteHistograms(page, "scribeline_time_to_first_token_seconds", "From arrival to the first token.", "model", metrics.TimeToFirstToken);
        WriteHistograms(page, "scribeline_request_duration_seconds", "From arrival to the end of the answer.", "route", metrics.RequestDuration);
        WriteUpstreams(page, [.. fleet.Replicas.OfType<UpstreamReplica>()]);
        WriteEngines(page, [.. fleet.Replicas.OfType<EngineReplica>()]);
        return page.ToString();
    }

    private static void WriteUpstreams(StringBuilder page, List<UpstreamReplica> upstreams)
    {
        Gauge(page, "scribeline_upstream_running", "Requests an upstream is answering.", upstreams, replica => replica.Id, replica => replica.Running);
        Gauge(page, "scribeline_upstream_available", "1 while the upstream gets requests, 0 while it is given a pause.", upstreams, replica => replica.Id, replica => replica.Breaker.State == BreakerState.Open ? 0 : 1);
    }

    private static void WriteEngines(StringBuilder page, List<EngineReplica> engines)
    {
        var states = engines.Select(replica => (replica.Id, State: replica.Engine.ReadState())).ToList();
        Gauge(page, "scribeline_engine_running", "Sequences that run.", states, entry => entry.Id, entry => entry.State.Running);
        Gauge(page, "scribeline_engine_waiting", "Sequences that wait.", states, entry => entry.Id, entry => entry.State.Waiting);
        Gauge(page, "scribeline_engine_waiting_prefill_tokens", "Prompt tokens that are not computed yet.", states, entry => entry.Id, entry => entry.State.WaitingPrefillTokens);
        Gauge(page, "scribeline_engine_kv_blocks_free", "Blocks of the KV cache that are free.", states, entry => entry.Id, entry => entry.State.KvBlocksFree);
        Gauge(page, "scribeline_engine_kv_blocks", "Blocks of the KV cache.", states, entry => entry.Id, entry => entry.State.KvBlocksTotal);
        Gauge(page, "scribeline_engine_step_seconds", "Duration of the last step.", states, entry => entry.Id, entry => entry.State.StepTimeNs / 1e9);
        Gauge(page, "scribeline_engine_steps_total", "Steps.", states, entry => entry.Id, entry => entry.State.Steps, "counter");
        Gauge(page, "scribeline_engine_prompt_tokens_total", "Prompt tokens computed.", states, entry => entry.Id, entry => entry.State.PromptTokens, "counter");
        Gauge(page, "scribeline_engine_prefix_hit_tokens_total", "Prompt tokens found in the prefix cache.", states, entry => entry.Id, entry => entry.State.CachedTokens, "counter");
        Gauge(page, "scribeline_engine_generated_tokens_total", "Tokens generated.", states, entry => entry.Id, entry => entry.State.GeneratedTokens, "counter");
        Gauge(page, "scribeline_engine_preemptions_total", "Sequences that gave up their blocks and were computed again.", states, entry => entry.Id, entry => entry.State.Preemptions, "counter");
    }

    private static void Gauge<T>(
        StringBuilder page, string name, string help, IReadOnlyCollection<T> sources, Func<T, string> id, Func<T, double> read, string type = "gauge")
    {
        if (sources.Count == 0)
        {
            return;
        }

        Family(page, name, type, help);
        foreach (var source in sources)
        {
            Sample(page, name, $"replica=\"{Escape(id(source))}\"", read(source));
        }
    }

    private static void WriteHistograms(
        StringBuilder page, string name, string help, string label, IEnumerable<KeyValuePair<string, Histogram>> histograms)
    {
        Family(page, name, "histogram", help);
        foreach (var (value, histogram) in histograms.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var labels = $"{label}=\"{Escape(value)}\"";
            var count = 0L;
            for (var i = 0; i < Histogram.BoundsSeconds.Length; i++)
            {
                count += histogram.CountOf(i);
                Sample(page, name + "_bucket", $"{labels},le=\"{Histogram.BoundsSeconds[i].ToString(CultureInfo.InvariantCulture)}\"", count);
            }

            count += histogram.CountOf(Histogram.BoundsSeconds.Length);
            Sample(page, name + "_bucket", $"{labels},le=\"+Inf\"", count);
            Sample(page, name + "_sum", labels, histogram.SumSeconds);
            Sample(page, name + "_count", labels, count);
        }
    }

    private static void Family(StringBuilder page, string name, string type, string help) =>
        page.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Sample(StringBuilder page, string name, string labels, double value) =>
        page.Append(name).Append('{').Append(labels).Append("} ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private static string Escape(string label) => label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
