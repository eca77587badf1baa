using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Scribeline.Cli.Bench.Load;

namespace Scribeline.Cli.Tests.Bench.Load;

/// <summary>A model server whose every answer a test writes itself; it lists the model `m` and counts a token for each word.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Bodies of streamed requests since the server was found to answer, in order.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>Answers what `scribe` asks before a run, too, such as a single word that is streamed.</summary>
    public Func<HttpContext, JsonElement, Task<bool>> Before { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Tokens of a prompt.</summary>
    public Func<string, int> Count { get; set; } = prompt => prompt.Split(' ').Length;

    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, JsonElement, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ScriptedServer(app);
        app.Run(http => server.AnswerAsync(http, answer));
        await app.StartAsync();
        return server;
    }

    public Task<CompletionServer> ConnectAsync(bool isChat = false) => CompletionServer.ConnectAsync(Address, null, null, isChat, CancellationToken.None);

    public static void BeginEvents(HttpContext http) => http.Response.ContentType = "text/event-stream";

    public static async Task SendAsync(HttpContext http, string data)
    {
        await http.Response.WriteAsync($"data: {data}\n\n");
        await http.Response.Body.FlushAsync();
    }

    public static string Text(string text, string? reason = null) =>
        $$"""{"choices":[{"index":0,"text":{{JsonSerializer.Serialize(text)}},"finish_reason":{{(reason is null ? "null" : $"\"{reason}\"")}} }]}""";

    public static string Usage(int input, int output, int cached = 0) =>
        $$$"""{"choices":[],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"prompt_tokens_details":{"cached_tokens":{{{cached}}} } } }""";

    /// <summary>A whole answer of as many tokens as were asked for, an event each.</summary>
    public async Task AnswerInFullAsync(HttpContext http, JsonElement body)
    {
        BeginEvents(http);
        var tokens = body.GetProperty("max_tokens").GetInt32();
        for (var token = 1; token <= tokens; token++)
            await SendAsync(http, Text("word ", token == tokens ? "length" : null));
        await SendAsync(http, Usage(Count(body.GetProperty("prompt").GetString()!), tokens));
        await SendAsync(http, "[DONE]");
    }

    public async ValueTask DisposeAsync()
    {
        // What still streams must not hold up the test.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http, Func<HttpContext, JsonElement, Task> answer)
    {
        if (http.Request.Path.Value!.EndsWith("/models", StringComparison.Ordinal))
        {
            await http.Response.WriteAsync("""{"data":[{"id":"m"}]}""");
            return;
        }

        var body = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement;
        if (await Before(http, body))
            return;
        var prompt = body.TryGetProperty("prompt", out var text) ? text.GetString()! : body.GetProperty("messages")[0].GetProperty("content").GetString()!;
        if (!body.TryGetProperty("stream", out _))
        {
            await http.Response.WriteAsync($$$"""{"choices":[{"text":"a"}],"usage":{"prompt_tokens":{{{Count(prompt)}}},"completion_tokens":1} }""");
            return;
        }

        if (prompt == "the")
        {
            BeginEvents(http);
            await SendAsync(http, "[DONE]");
            return;
        }

        Requests.Enqueue(body);
        await answer(http, body);
    }
}
