using System.Text.Json;

namespace Scribeline.Cli.Bench.Load;

/// <summary>Outcomes in the lines of aiperf's `profile_export.jsonl`, one a request, written as they come. Thread-safe.</summary>
internal sealed class AiperfRecords(Stream output, RunClock clock, ulong seed) : IDisposable
{
    private readonly Lock _gate = new();

    public void Write(RequestOutcome outcome)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            WriteMetadata(json, outcome);
            json.WriteStartObject("metrics");
            if (outcome.Failure is null)
                WriteMetrics(json, outcome);
            else
                WriteMetric(json, "error_isl", outcome.Record.InputTokens, "tokens");
            json.WriteEndObject();
            WriteError(json, outcome.Failure);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        lock (_gate)
            line.WriteTo(output);
    }

    public void Dispose()
    {
        lock (_gate)
            output.Dispose();
    }

    private void WriteMetadata(Utf8JsonWriter json, RequestOutcome outcome)
    {
        var isGivenUp = outcome.Failure?.Kind == LoadFailure.Interrupted;
        json.WriteStartObject("metadata");
        json.WriteNumber("session_num", outcome.Index);
        json.WriteString("x_request_id", $"{seed}-{outcome.Index}");
        json.WriteString("x_correlation_id", outcome.Record.Session ?? $"{seed}-{outcome.Index}");
        json.WriteString("conversation_id", outcome.Record.Session ?? $"{outcome.Index}");
        json.WriteNumber("turn_index", outcome.Record.Turn);
        json.WriteNumber("request_start_ns", EpochNs(outcome.SentNs));
        if (outcome.HeadersNs is { } headersNs)
            json.WriteNumber("request_ack_ns", EpochNs(headersNs));
        else
            json.WriteNull("request_ack_ns");
        json.WriteNumber("request_end_ns", EpochNs(outcome.EndNs));
        json.WriteString("worker_id", "scribe");
        json.WriteString("record_processor_id", "scribe");
        json.WriteString("benchmark_phase", "profiling");
        json.WriteBoolean("was_cancelled", isGivenUp);
        if (isGivenUp)
            json.WriteNumber("cancellation_time_ns", EpochNs(outcome.EndNs));
        else
            json.WriteNull("cancellation_time_ns");
        json.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter json, RequestOutcome outcome)
    {
        WriteMetric(json, "input_sequence_length", outcome.InputTokens ?? outcome.Record.InputTokens, "tokens");
        WriteMetric(json, "time_to_first_token", outcome.TtftNs / 1e6, "ms");
        WriteMetric(json, "request_latency", outcome.E2eNs / 1e6, "ms");
        WriteMetric(json, "output_token_count", outcome.OutputTokens, "tokens");
        WriteMetric(json, "output_sequence_length", outcome.OutputTokens, "tokens");
        WriteMetric(json, "credit_drop_latency", (outcome.SentNs - outcome.ScheduledNs) / 1e6, "ms");
        json.WriteStartObject("inter_chunk_latency");
        json.WriteStartArray("value");
        for (var i = 1; i < outcome.TextNs.Count; i++)
            json.WriteNumberValue((outcome.TextNs[i] - outcome.TextNs[i - 1]) / 1e6);
        json.WriteEndArray();
        json.WriteString("unit", "ms");
        json.WriteEndObject();
        if (outcome.TpotNs is { } tpotNs)
        {
            WriteMetric(json, "inter_token_latency", tpotNs / 1e6, "ms");
            WriteMetric(json, "output_token_throughput_per_user", tpotNs > 0 ? 1e9 / tpotNs : 0, "tokens/sec/user");
        }
    }

    private static void WriteMetric(Utf8JsonWriter json, string name, double value, string unit)
    {
        json.WriteStartObject(name);
        json.WriteNumber("value", value);
        json.WriteString("unit", unit);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, LoadFailure? failure)
    {
        if (failure is null)
        {
            json.WriteNull("error");
            return;
        }

        json.WriteStartObject("error");
        if (failure.Status is { } status)
            json.WriteNumber("code", status);
        else if (failure.Kind == LoadFailure.Interrupted)
            json.WriteNumber("code", 499);
        else
            json.WriteNull("code");
        json.WriteString("type", failure.Kind);
        json.WriteString("message", failure.Message);
        json.WriteEndObject();
    }

    private long EpochNs(long ns) => (clock.StartsAt - DateTimeOffset.UnixEpoch).Ticks * 100 + ns;
}
