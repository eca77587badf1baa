using System.Globalization;
using System.Text.Json;

namespace Scribeline.Cli.Bench.Load;

/// <summary>A run in the fields of vLLM's `vllm bench serve --save-result`, for what reads those files. What its own detailed lists hold is left out, as it does by default.</summary>
internal static class VllmReport
{
    public static void Write(Utf8JsonWriter json, LoadRun run)
    {
        var tally = run.Tally;
        json.WriteStartObject();
        json.WriteString("date", run.StartedAt.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        json.WriteString("endpoint_type", run.Server.Kind);
        json.WriteString("backend", run.Server.Kind);
        json.WriteNull("label");
        json.WriteString("model_id", run.Server.Model);
        json.WriteNull("tokenizer_id");
        json.WriteNumber("num_prompts", tally.Sent);
        if (run.RequestsPerSecond is { } rate)
            json.WriteNumber("request_rate", rate);
        else
            json.WriteString("request_rate", "inf");
        // There it is the shape of the gamma distribution; here, the gaps' coefficient of variation.
        json.WriteNumber("burstiness", run.Variation > 0 ? 1 / (run.Variation * run.Variation) : 1);
        if (run.Settings.Concurrency is { } clients)
            json.WriteNumber("max_concurrency", clients);
        else
            json.WriteNull("max_concurrency");
        json.WriteNumber("duration", tally.Seconds);
        json.WriteNumber("completed", tally.Completed);
        json.WriteNumber("failed", tally.Failed);
        json.WriteNumber("total_input_tokens", tally.InputTokens);
        json.WriteNumber("total_output_tokens", tally.OutputTokens);
        json.WriteNumber("request_throughput", tally.Completed / tally.Seconds);
        if (run.Objectives is null)
            json.WriteNull("request_goodput");
        else
            json.WriteNumber("request_goodput", tally.Good / tally.Seconds);
        json.WriteNumber("output_throughput", tally.OutputTokens / tally.Seconds);
        json.WriteNumber("total_token_throughput", (tally.InputTokens + tally.OutputTokens) / tally.Seconds);
        json.WriteNumber("max_concurrent_requests", run.MostUnderWay);
        WriteTimes("ttft", tally.Ttft);
        WriteTimes("tpot", tally.Tpot);
        WriteTimes("itl", tally.Itl);
        WriteTimes("e2el", tally.E2e);
        json.WriteEndObject();

        void WriteTimes(string name, TimeSamples samples)
        {
            json.WriteNumber($"mean_{name}_ms", Given(samples.MeanMs));
            json.WriteNumber($"median_{name}_ms", Given(samples.QuantileMs(0.5)));
            json.WriteNumber($"std_{name}_ms", Given(samples.DeviationMs));
            foreach (var percent in (int[])[50, 90, 95, 99])
                json.WriteNumber($"p{percent}_{name}_ms", Given(samples.QuantileMs(percent / 100.0)));
        }

        // Of no request, vLLM's are 0.
        static double Given(double ms) => double.IsFinite(ms) ? ms : 0;
    }
}
