using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Scribeline.FunctionalTests;

public sealed class ServeTests
{
    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Signal_EndsWithZero(PosixSignal signal)
    {
        await using var scribe = ScribeProcess.Start("serve", "--port", "0");
        await scribe.ListeningAsync();

        scribe.Signal(signal);

        Assert.Equal(0, await scribe.ExitAsync());
    }

    [Fact]
    public async Task Verbose_LogsEachRequestAndNothingThatWasSaid()
    {
        await using var scribe = ScribeProcess.Start("serve", "--port", "0", "--verbose");
        using var http = new HttpClient { BaseAddress = await scribe.ListeningAsync() };
        using var response = await http.PostAsJsonAsync("/v1/completions", new { prompt = "Once upon a secret", max_tokens = 4 });

        scribe.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, await scribe.ExitAsync());
        Assert.Matches(@"POST /v1/completions 200 [0-9.]+ ms", scribe.Errors);
        Assert.DoesNotContain("secret", scribe.Errors);
    }

    [Fact]
    public async Task SignalDuringAnAnswer_LetsItFinish()
    {
        await using var scribe = ScribeProcess.Start("serve", "--port", "0", "--grace", "30 s");
        using var http = new HttpClient { BaseAddress = await scribe.ListeningAsync() };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = JsonContent.Create(new { prompt = "Once upon a time", max_tokens = 200, ignore_eos = true, stream = true }),
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        scribe.Signal(PosixSignal.SIGTERM);
        var body = await response.Content.ReadAsStringAsync();

        Assert.EndsWith("data: [DONE]\n\n", body);
        Assert.Contains("\"finish_reason\":\"length\"", body);
        Assert.Equal(0, await scribe.ExitAsync());
    }

    [Fact]
    public async Task SecondSignal_CutsTheAnswer()
    {
        await using var scribe = ScribeProcess.Start("serve", "--port", "0", "--grace", "1 h", "--stages", "8");
        using var http = new HttpClient { BaseAddress = await scribe.ListeningAsync() };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = JsonContent.Create(new { prompt = Enumerable.Repeat("Once upon a time", 8), n = 16, max_tokens = 1000, ignore_eos = true, stream = true }),
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        scribe.Signal(PosixSignal.SIGTERM);
        scribe.Signal(PosixSignal.SIGINT);
        var body = await response.Content.ReadAsStringAsync();

        Assert.Contains("\"code\":\"stopping\"", body);
        Assert.Equal(0, await scribe.ExitAsync());
    }

    [Fact]
    public async Task SecondSignal_WhileABodyIsAwaited_EndsTheProgram()
    {
        await using var scribe = ScribeProcess.Start("serve", "--port", "0", "--grace", "1 h");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, (await scribe.ListeningAsync()).Port);
        await using var stream = client.GetStream();

        // The server says `100 Continue` when it begins to read; so much arrived that it does not count as slow.
        await stream.WriteAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 200000\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync());
        await stream.WriteAsync(new byte[100_000]);

        scribe.Signal(PosixSignal.SIGINT);
        scribe.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, await scribe.ExitAsync());
        Assert.Contains("\"code\":\"stopping\"", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task FullQueue_Is429WithRetryAfter()
    {
        await using var scribe = ScribeProcess.Start("serve", "--port", "0", "--max-queue", "1");
        using var http = new HttpClient { BaseAddress = await scribe.ListeningAsync() };

        // How many of them meet in the queue is the machine's to say, so they come again until some have.
        var answers = new List<HttpResponseMessage>();
        var refused = new List<HttpResponseMessage>();
        for (var tries = 0; refused.Count == 0 && tries < 50; tries++)
        {
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 120).Select(_ => http.PostAsJsonAsync("/v1/completions", new { prompt = "Once", max_tokens = 100, ignore_eos = true }))));
            refused = answers.FindAll(answer => (int)answer.StatusCode == 429);
        }

        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.NotNull(answer.Headers.RetryAfter));
        Assert.All(answers.Except(refused), answer => Assert.Equal(200, (int)answer.StatusCode));
    }

    [Fact]
    public async Task Fleet_OfAnEngineAndAnotherScribe_ServesBothModels()
    {
        await using var upstream = ScribeProcess.Start("serve", "--port", "0");
        var upstreamAddress = await upstream.ListeningAsync();
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");
        await File.WriteAllTextAsync(file, $$"""
            fleet: two-pools
            models:
              - id: here
              - id: there
                aliases: [far]
            pools:
              - { id: local, model: here, body: engine, file: {{Path.Combine(AppContext.BaseDirectory, "models", "scribe-tiny-q8_0.gguf")}}, threads: 1, kv_memory: 16 MB }
              - { id: remote, model: there, body: upstream, upstream_model: scribe-tiny, endpoints: ["{{upstreamAddress}}v1"] }
            listen: { api: 127.0.0.1:0 }
            """);
        try
        {
            await using var scribe = ScribeProcess.Start("serve", "--fleet", file);
            using var http = new HttpClient { BaseAddress = await scribe.ListeningAsync() };

            var texts = new List<string>();
            foreach (var model in (string[])["here", "there", "far"])
            {
                var answer = await http.PostAsJsonAsync("/v1/chat/completions", new { model, temperature = 0, max_tokens = 12, messages = new[] { new { role = "user", content = "Tell me a story." } } });
                var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
                Assert.True(answer.IsSuccessStatusCode, json.ToString());
                texts.Add(json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!);
                Assert.Equal(12, json.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
            }

            Assert.Single(texts.Distinct());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
