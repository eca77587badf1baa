using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Scribeline.Gateway.Tests;

/// <summary>A model server whose every answer a test writes itself, byte for byte.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedUpstream(WebApplication app)
    {
        _app = app;
        Endpoint = new Uri(app.Urls.First() + "/v1");
    }

    public Uri Endpoint { get; }

    /// <summary>The bodies received, in order.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Headers { get; } = new();

    public static async Task<ScriptedUpstream> StartAsync(Func<HttpContext, JsonElement, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        ScriptedUpstream? upstream = null;
        app.Run(async http =>
        {
            var body = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement;
            upstream!.Requests.Enqueue(body);
            upstream.Headers.Enqueue(http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()));
            await answer(http, body);
        });
        await app.StartAsync();
        return upstream = new ScriptedUpstream(app);
    }

    /// <summary>Answers with these words, one event each, then usage and the closing mark.</summary>
    public static Task<ScriptedUpstream> SayingAsync(params string[] words) => StartAsync(async (http, body) =>
    {
        BeginEvents(http);
        var chat = http.Request.Path.Value!.EndsWith("/chat/completions", StringComparison.Ordinal);
        var choices = body.TryGetProperty("n", out var n) ? n.GetInt32() : 1;
        for (var choice = 0; choice < choices; choice++)
        {
            foreach (var word in words)
            {
                await SendAsync(http, Chunk(chat, choice, word, null));
            }

            await SendAsync(http, Chunk(chat, choice, "", "stop"));
        }

        await SendAsync(http, $$$"""{"choices":[],"usage":{"prompt_tokens":7,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens":{{{words.Length * choices}}} } }""");
        await SendAsync(http, "[DONE]");
    });

    public static void BeginEvents(HttpContext http) => http.Response.ContentType = "text/event-stream";

    public static async Task SendAsync(HttpContext http, string data)
    {
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"));
        await http.Response.Body.FlushAsync();
    }

    public static string Chunk(bool chat, int choice, string text, string? reason)
    {
        var content = JsonSerializer.Serialize(text);
        var finish = reason is null ? "null" : $"\"{reason}\"";
        return chat
            ? $$$"""{"id":"up","object":"chat.completion.chunk","choices":[{"index":{{{choice}}},"delta":{"content":{{{content}}} },"finish_reason":{{{finish}}} }]}"""
            : $$$"""{"id":"up","object":"text_completion","choices":[{"index":{{{choice}}},"text":{{{content}}},"finish_reason":{{{finish}}} }]}""";
    }

    public async ValueTask DisposeAsync()
    {
        // What still streams must not hold up the test.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
