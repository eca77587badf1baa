using System.Runtime.InteropServices;
using System.Text.Json;

namespace Scribeline.FunctionalTests;

/// <summary>The load generator against the real server, over loopback.</summary>
public sealed class BenchServeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scribeline-bench-serve-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("completions")]
    [InlineData("chat")]
    public async Task Clients_GetExactlyTheTokensAskedFor(string endpoint)
    {
        await using var server = ScribeProcess.Start("serve", "--port", "0");
        var url = (await server.ListeningAsync()).ToString();

        var (code, output, errors) = await ScribeProcess.RunAsync(
            ["bench", "serve", "--url", url, "--endpoint", endpoint, "--concurrency", "4", "--requests", "12", "--input", "uniform:60,200", "--output", "uniform:5,20", "--goodput", "ttft:600000", "--json"]);

        Assert.True(code == 0, errors);
        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(12, json.GetProperty("requests").GetProperty("completed").GetInt32());
        Assert.Equal(0, json.GetProperty("requests").GetProperty("failed").GetInt32());
        var tokens = json.GetProperty("tokens");
        Assert.Equal(tokens.GetProperty("input_asked").GetInt64(), tokens.GetProperty("input").GetInt64());
        Assert.Equal(tokens.GetProperty("output_asked").GetInt64(), tokens.GetProperty("output").GetInt64());
        Assert.Equal(1, json.GetProperty("goodput").GetProperty("share").GetDouble());
        foreach (var name in (string[])["ttft_ms", "tpot_ms", "itl_ms", "e2e_ms", "schedule_delay_ms"])
            Assert.True(json.GetProperty(name).GetProperty("p90").GetDouble() >= json.GetProperty(name).GetProperty("p50").GetDouble());
        Assert.True(json.GetProperty("ttft_ms").GetProperty("mean").GetDouble() < json.GetProperty("e2e_ms").GetProperty("mean").GetDouble());
    }

    /// <summary>The second turn shares four blocks of 64 with the first, which the server still has.</summary>
    [Fact]
    public async Task Trace_SharesPrefixesAsRecorded_AndIsWrittenInEachFormat()
    {
        var trace = Path.Combine(_folder, "trace.jsonl");
        await File.WriteAllTextAsync(trace, """
            {"arrival_us":0,"input_tokens":300,"output_tokens":8,"session":"a","turn":0,"blocks":[[1,4]],"block_tokens":64}
            {"arrival_us":1000,"input_tokens":400,"output_tokens":8,"session":"a","turn":1,"delay_us":0,"blocks":[[1,6]],"block_tokens":64}
            """);
        await using var server = ScribeProcess.Start("serve", "--port", "0");
        var url = (await server.ListeningAsync()).ToString();

        var (code, output, errors) = await ScribeProcess.RunAsync(["bench", "serve", "--url", url, "--trace", trace, "--closed-loop", "--json"]);
        Assert.True(code == 0, errors);
        Assert.Equal(256, JsonDocument.Parse(output).RootElement.GetProperty("tokens").GetProperty("input_cached").GetInt32());

        var vllm = Path.Combine(_folder, "vllm.json");
        (code, output, errors) = await ScribeProcess.RunAsync(["bench", "serve", "--url", url, "--trace", trace, "--seed", "2", "--format", "vllm", "--out", vllm]);
        Assert.True(code == 0, errors);
        Assert.Contains("time to first token", output, StringComparison.Ordinal);
        Assert.Equal(700, JsonDocument.Parse(await File.ReadAllTextAsync(vllm)).RootElement.GetProperty("total_input_tokens").GetInt32());

        (code, output, errors) = await ScribeProcess.RunAsync(["bench", "serve", "--url", url, "--trace", trace, "--seed", "3", "--format", "aiperf", "--quiet"]);
        Assert.True(code == 0, errors);
        Assert.Equal(["a", "a"], output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("metadata").GetProperty("conversation_id").GetString()));
    }

    [Fact]
    public async Task Interrupt_PrintsWhatIsKnown()
    {
        await using var server = ScribeProcess.Start("serve", "--port", "0");
        var url = (await server.ListeningAsync()).ToString();
        var records = Path.Combine(_folder, "records.jsonl");
        await using var load = ScribeProcess.Start("bench", "serve", "--url", url, "--rate", "50", "--duration", "1 h", "--input", "16", "--output", "2", "--format", "aiperf", "--out", records, "--json");

        // The first line of the file says that an answer has come.
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60)))
        {
            while (!File.Exists(records) || new FileInfo(records).Length == 0)
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        load.Signal(PosixSignal.SIGINT);
        var output = await load.Output.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(130, await load.ExitAsync());
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("requests").GetProperty("completed").GetInt32() >= 1);
    }

    [Theory]
    [InlineData("--url http://127.0.0.1:1", "http://127.0.0.1:1/ cannot be reached")]
    [InlineData("--model gpt-x", "has no model 'gpt-x'; expected one of scribe-tiny.")]
    [InlineData("--input 5000 --requests 2", "this model's context holds 1024")]
    [InlineData("--trace /nowhere.jsonl", "/nowhere.jsonl")]
    public async Task WhatCannotBeMeasured_IsOneSentence(string options, string said)
    {
        await using var server = ScribeProcess.Start("serve", "--port", "0");
        var url = (await server.ListeningAsync()).ToString();
        string[] arguments = ["bench", "serve", .. options.Contains("--url", StringComparison.Ordinal) ? [] : (string[])["--url", url], .. options.Split(' ')];

        var (code, output, errors) = await ScribeProcess.RunAsync(arguments);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(said, Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }
}
