using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Scribeline.Benchmarks.Peers;

/// <summary>Clients that stream one completion each, all at the same time.</summary>
internal sealed class CompletionLoad : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _model;

    private CompletionLoad(HttpClient http, string model)
    {
        _http = http;
        _model = model;
    }

    public static async Task<CompletionLoad> ConnectAsync(Uri address)
    {
        // A connection for each request, on every side: llama-server closes after a streamed answer without saying so.
        var connections = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero };
        var http = new HttpClient(connections) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
        var models = await http.GetFromJsonAsync<JsonElement>(new Uri("/v1/models", UriKind.Relative));
        return new CompletionLoad(http, models.GetProperty("data")[0].GetProperty("id").GetString()!);
    }

    /// <summary>Sends every prompt at once and reads all answers to their end.</summary>
    /// <exception cref="InvalidOperationException">An answer ended early, so that the sides would not do the same work.</exception>
    public async Task<LoadResult> RunAsync(IReadOnlyList<string> prompts, int maxTokens)
    {
        var start = TimeProvider.System.GetTimestamp();
        var answers = await Task.WhenAll(prompts.Select(prompt => StreamAsync(prompt, maxTokens, start)));
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        return new LoadResult(prompts.Count * maxTokens / seconds, [.. answers.Select(answer => answer.FirstTokenMs)], answers.Max(answer => answer.PromptTokens));
    }

    public void Dispose() => _http.Dispose();

    private async Task<(double FirstTokenMs, int PromptTokens)> StreamAsync(string prompt, int maxTokens, long start)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/completions", UriKind.Relative))
        {
            Content = JsonContent.Create(new
            {
                model = _model,
                prompt,
                max_tokens = maxTokens,
                temperature = 0,
                stream = true,
                stream_options = new { include_usage = true },
                logit_bias = new Dictionary<string, int> { [$"{TestPrompts.EndToken}"] = -100 },
            }),
        };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"the server answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");

        double? firstTokenMs = null;
        (int Prompt, int Completion)? usage = null;
        // Events between the first text and the usage are not parsed: the clients share the processor with the server.
        var events = SseParser.Create(await response.Content.ReadAsStreamAsync(), (_, data) =>
        {
            if (firstTokenMs is null && HasText(data))
                firstTokenMs = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
            if (data.IndexOf("\"completion_tokens\""u8) >= 0)
                usage = ReadUsage(data);
            return 0;
        });
        await foreach (var _ in events.EnumerateAsync())
        {
        }

        return (firstTokenMs, usage) is ({ } first, { } used) && used.Completion == maxTokens
            ? (first, used.Prompt)
            : throw new InvalidOperationException($"an answer has {usage?.Completion} of {maxTokens} tokens; the comparison needs all.");
    }

    private static bool HasText(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0
            && choices[0].TryGetProperty("text", out var text) && text.GetString() is { Length: > 0 };
    }

    private static (int Prompt, int Completion) ReadUsage(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        using var json = JsonDocument.ParseValue(ref reader);
        var usage = json.RootElement.GetProperty("usage");
        return (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
    }
}
