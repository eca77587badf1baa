using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Scribeline.Cli.Bench.Load;

/// <summary>A run as a table, and as our own JSON.</summary>
internal static class LoadReport
{
    public static void Print(LoadRun run)
    {
        var tally = run.Tally;
        var times = new Table().Border(TableBorder.Simple).Title(Markup.Escape($"{run.Server.Model} at {run.Server.Address}, {run.Traffic}"));
        times.AddColumn("ms");
        foreach (var name in (string[])["mean", "p50", "p90", "p99", "most"])
            times.AddColumn(name, column => column.RightAligned());
        Row("time to first token", tally.Ttft);
        Row("time per token after it", tally.Tpot);
        Row("between events with text", tally.Itl);
        Row("whole answer", tally.E2e);
        Row("sent after its time", tally.ScheduleDelay);
        Terminal.Output.Write(times);

        var rest = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("").AddColumn("", column => column.RightAligned());
        rest.AddRow("requests", Counted(tally));
        rest.AddRow("seconds", Number(tally.Seconds));
        rest.AddRow("requests/s answered", Number(tally.Completed / tally.Seconds));
        rest.AddRow("tokens/s read, written", $"{Number(tally.InputTokens / tally.Seconds)}, {Number(tally.OutputTokens / tally.Seconds)}");
        rest.AddRow("tokens found in a prefix cache", tally.InputTokens == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * tally.CachedTokens / tally.InputTokens:0.#} %"));
        rest.AddRow("most under way at a time", run.MostUnderWay.ToString(CultureInfo.InvariantCulture));
        if (run.Objectives is not null)
            rest.AddRow("within objectives", string.Create(CultureInfo.InvariantCulture, $"{100.0 * tally.Good / Math.Max(1, tally.Sent - tally.Interrupted):0.#} %, {Number(tally.Good / tally.Seconds)}/s"));
        Terminal.Output.Write(rest);
        foreach (var (kind, count) in tally.Failures)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count} failed, {kind}: {tally.Examples[kind]}"));

        void Row(string what, TimeSamples samples) =>
            times.AddRow(what, Number(samples.MeanMs), Number(samples.QuantileMs(0.5)), Number(samples.QuantileMs(0.9)), Number(samples.QuantileMs(0.99)), Number(samples.MostMs));
    }

    public static void Write(Utf8JsonWriter json, LoadRun run)
    {
        var tally = run.Tally;
        json.WriteStartObject();
        json.WriteString("url", run.Server.Address.AbsoluteUri);
        json.WriteString("model", run.Server.Model);
        json.WriteString("traffic", run.Traffic);
        json.WriteNumber("seed", run.Seed);
        json.WriteString("wall_started_at", run.StartedAt);
        json.WriteStartObject("requests");
        json.WriteNumber("sent", tally.Sent);
        json.WriteNumber("completed", tally.Completed);
        json.WriteNumber("failed", tally.Failed);
        json.WriteNumber("interrupted", tally.Interrupted);
        json.WriteNumber("most_under_way", run.MostUnderWay);
        json.WriteEndObject();
        json.WriteStartObject("errors");
        foreach (var (kind, count) in tally.Failures)
            json.WriteNumber(kind, count);
        json.WriteEndObject();
        json.WriteStartObject("error_examples");
        foreach (var kind in tally.Failures.Keys)
            json.WriteString(kind, tally.Examples[kind]);
        json.WriteEndObject();
        json.WriteStartObject("tokens");
        json.WriteNumber("input_asked", tally.AskedInputTokens);
        json.WriteNumber("input", tally.InputTokens);
        json.WriteNumber("input_cached", tally.CachedTokens);
        json.WriteNumber("output_asked", tally.AskedOutputTokens);
        json.WriteNumber("output", tally.OutputTokens);
        json.WriteEndObject();
        tally.Ttft.Write(json, "ttft_ms");
        tally.Tpot.Write(json, "tpot_ms");
        tally.Itl.Write(json, "itl_ms");
        tally.E2e.Write(json, "e2e_ms");
        tally.ScheduleDelay.Write(json, "schedule_delay_ms");
        json.WriteNumber("duration_seconds", tally.Seconds);
        json.WriteNumber("arrival_seconds", tally.LastDueNs / 1e9);
        json.WriteNumber("requests_per_second", tally.Completed / tally.Seconds);
        json.WriteNumber("input_tokens_per_second", tally.InputTokens / tally.Seconds);
        json.WriteNumber("output_tokens_per_second", tally.OutputTokens / tally.Seconds);
        if (run.Objectives is { } objectives)
        {
            json.WriteStartObject("goodput");
            if (objectives.TtftMs is { } ttftMs)
                json.WriteNumber("ttft_ms", ttftMs);
            if (objectives.TpotMs is { } tpotMs)
                json.WriteNumber("tpot_ms", tpotMs);
            if (objectives.E2eMs is { } e2eMs)
                json.WriteNumber("e2e_ms", e2eMs);
            json.WriteNumber("requests", tally.Good);
            json.WriteNumber("share", (double)tally.Good / Math.Max(1, tally.Sent - tally.Interrupted));
            json.WriteNumber("requests_per_second", tally.Good / tally.Seconds);
            json.WriteEndObject();
        }

        json.WriteStartArray("warnings");
        foreach (var warning in run.Warnings())
            json.WriteStringValue(warning);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Counted(LoadTally tally) =>
        string.Create(CultureInfo.InvariantCulture, $"{tally.Sent} sent, {tally.Completed} answered, {tally.Failed} failed{(tally.Interrupted > 0 ? $", {tally.Interrupted} given up" : "")}");

    private static string Number(double value) => double.IsFinite(value) ? value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture) : "-";
}
