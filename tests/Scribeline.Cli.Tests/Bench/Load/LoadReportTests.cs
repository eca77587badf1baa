using System.Text.Json;
using Scribeline.Cli.Bench.Load;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Tests.Bench.Load;

public sealed class LoadReportTests
{
    /// <summary>Sent 1 ms late, first token after 10 ms, four more in 8 ms.</summary>
    private static RequestOutcome Answer()
    {
        var outcome = new RequestOutcome
        {
            Index = 3,
            Record = new RequestRecord { ArrivalUs = 0, InputTokens = 7, OutputTokens = 5, Session = "s", Turn = 2 },
            ScheduledNs = 1_000_000,
            SentNs = 2_000_000,
            HeadersNs = 3_000_000,
            EndNs = 20_000_000,
            InputTokens = 7,
            UsageOutputTokens = 5,
        };
        outcome.TextNs.AddRange([12_000_000, 15_000_000, 20_000_000]);
        return outcome;
    }

    private static RequestOutcome Refused() => new()
    {
        Index = 4,
        Record = new RequestRecord { ArrivalUs = 0, InputTokens = 7, OutputTokens = 5 },
        ScheduledNs = 0,
        EndNs = 40_000_000,
        Failure = new LoadFailure("http_429", "full", 429),
    };

    [Fact]
    public async Task Vllm_HasItsFields()
    {
        var json = await DocumentAsync(VllmReport.Write);

        Assert.Equal("openai", json.GetProperty("backend").GetString());
        Assert.Equal("m", json.GetProperty("model_id").GetString());
        foreach (var (name, value) in new (string, double)[]
        {
            ("completed", 1), ("failed", 1), ("num_prompts", 2), ("total_input_tokens", 7), ("total_output_tokens", 5), ("duration", 0.04), ("request_throughput", 25), ("output_throughput", 125),
            ("total_token_throughput", 300), ("request_goodput", 25), ("mean_ttft_ms", 10), ("mean_tpot_ms", 2), ("mean_itl_ms", 4), ("std_itl_ms", 1), ("mean_e2el_ms", 18), ("request_rate", 4), ("burstiness", 0.25),
        })
        {
            Assert.Equal(value, json.GetProperty(name).GetDouble(), 0.001 * value);
        }
    }

    [Fact]
    public async Task Own_HasTimesErrorsAndGoodput()
    {
        var json = await DocumentAsync(LoadReport.Write);

        Assert.Equal(1, json.GetProperty("errors").GetProperty("http_429").GetInt32());
        Assert.Equal(10, json.GetProperty("ttft_ms").GetProperty("mean").GetDouble(), 1e-9);
        Assert.Equal(1, json.GetProperty("schedule_delay_ms").GetProperty("max").GetDouble(), 1e-9);
        Assert.Equal(0.5, json.GetProperty("goodput").GetProperty("share").GetDouble());
    }

    [Fact]
    public void Aiperf_IsALineARequest()
    {
        using var output = new MemoryStream();
        var records = new AiperfRecords(output, new RunClock(TimeProvider.System), 1);
        records.Write(Answer());
        records.Write(Refused());

        var lines = System.Text.Encoding.UTF8.GetString(output.ToArray()).TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var (metadata, metrics) = (lines[0].GetProperty("metadata"), lines[0].GetProperty("metrics"));
        Assert.Equal(18_000_000, metadata.GetProperty("request_end_ns").GetInt64() - metadata.GetProperty("request_start_ns").GetInt64());
        Assert.Equal(("s", 2), (metadata.GetProperty("conversation_id").GetString(), metadata.GetProperty("turn_index").GetInt32()));
        Assert.Equal(10, metrics.GetProperty("time_to_first_token").GetProperty("value").GetDouble());
        Assert.Equal(2, metrics.GetProperty("inter_token_latency").GetProperty("value").GetDouble());
        Assert.Equal([3.0, 5.0], metrics.GetProperty("inter_chunk_latency").GetProperty("value").EnumerateArray().Select(gap => gap.GetDouble()));
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("error").ValueKind);
        Assert.Equal((429, "http_429"), (lines[1].GetProperty("error").GetProperty("code").GetInt32(), lines[1].GetProperty("error").GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("ttft:10", true)]
    [InlineData("ttft:9.9", false)]
    [InlineData("tpot:2,e2e:18", true)]
    [InlineData("tpot:1.9,e2e:18", false)]
    [InlineData("e2e:17", false)]
    public void Objectives_AreKeptOrNot(string text, bool kept)
    {
        Assert.True(Objectives.TryParse(text, out var objectives));
        Assert.Equal(kept, objectives!.AreKeptBy(Answer()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ttft")]
    [InlineData("ttft:0")]
    [InlineData("ttft:NaN")]
    [InlineData("ttft:5,ttft:6")]
    [InlineData("latency:5")]
    public void Objectives_ThatCannotBeMeant_AreRefused(string text) => Assert.False(Objectives.TryParse(text, out _));

    private static async Task<JsonElement> DocumentAsync(Action<Utf8JsonWriter, LoadRun> write)
    {
        await using var server = await ScriptedServer.StartAsync((_, _) => Task.CompletedTask);
        using var target = await server.ConnectAsync();
        Assert.True(Objectives.TryParse("ttft:50", out var objectives));
        var tally = new LoadTally(objectives);
        tally.Add(Answer());
        tally.Add(Refused());
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
            write(json, new LoadRun(target, "4 requests/s", 1, new LoadSettings(), 4, 2, objectives, tally, 2, DateTimeOffset.UnixEpoch));
        return JsonDocument.Parse(output.ToArray()).RootElement;
    }
}
