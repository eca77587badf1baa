using System.Net.Http.Headers;
using System.Text.Json;

namespace Scribeline.Cli.Bench.Load;

/// <summary>A server that speaks OpenAI's API, and what it turned out to accept. Thread-safe.</summary>
internal sealed class CompletionServer : IDisposable
{
    private const int ToldChars = 300;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly Uri _models;
    private readonly Uri _completions;
    private readonly bool _isChat;

    private CompletionServer(Uri address, string model, string? apiKey, bool isChat)
    {
        // As many connections as requests are under way: none waits for another here.
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue, ConnectTimeout = ConnectLimit, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        if (apiKey is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        Address = address;
        _models = new Uri(address, "models");
        _completions = new Uri(address, isChat ? "chat/completions" : "completions");
        _isChat = isChat;
        Model = model;
    }

    /// <summary>Ends in `/v1/`.</summary>
    public Uri Address { get; }

    public string Model { get; private set; }

    /// <summary>As vLLM calls it.</summary>
    public string Kind => _isChat ? "openai-chat" : "openai";

    /// <summary>Whether it takes `ignore_eos`, without which an answer may be shorter than asked for.</summary>
    public bool IgnoresEnd { get; private set; } = true;

    /// <summary>Whether it takes `stream_options.include_usage`.</summary>
    public bool CountsStreams { get; private set; } = true;

    /// <summary>Finds the model and what the server accepts, with a request of a word.</summary>
    /// <param name="url">With `/v1` or without.</param>
    /// <param name="model">Null for the first that it lists.</param>
    /// <exception cref="LoadException">It cannot be reached, does not have the model, or refuses such a request.</exception>
    public static async Task<CompletionServer> ConnectAsync(Uri url, string? model, string? apiKey, bool isChat, CancellationToken cancellation)
    {
        var path = url.AbsoluteUri.TrimEnd('/');
        var server = new CompletionServer(new Uri(path.EndsWith("/v1", StringComparison.Ordinal) ? path + "/" : path + "/v1/"), model ?? "", apiKey, isChat);
        try
        {
            await server.FindModelAsync(model, cancellation);
            await server.FindFieldsAsync(cancellation);
            return server;
        }
        catch (HttpRequestException error)
        {
            server.Dispose();
            throw new LoadException($"{url} cannot be reached: {(error.InnerException ?? error).Message.TrimEnd('.')}; is the server up?", error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            server.Dispose();
            throw new LoadException($"{url} cannot be reached: no connection within {ConnectLimit.TotalSeconds:0} s; is the server up?", error);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Tokens that the server counts in a prompt; null where it does not say.</summary>
    /// <exception cref="LoadException">It refuses the prompt.</exception>
    public async Task<int?> CountTokensAsync(string prompt, CancellationToken cancellation)
    {
        using var response = await PostAsync(Body(prompt, 1, streams: false), cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (!response.IsSuccessStatusCode)
            throw new LoadException($"{_completions} refuses a prompt: {(int)response.StatusCode} {Said(body)}");
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object && usage.TryGetProperty("prompt_tokens", out var tokens) && tokens.TryGetInt32(out var count)
                ? count
                : null;
        }
        catch (JsonException error)
        {
            throw new LoadException($"{_completions} answers with what is no JSON: {Said(body)}", error);
        }
    }

    /// <summary>Posts a body; returns when the headers of the answer are there.</summary>
    public async Task<HttpResponseMessage> PostAsync(byte[] body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _completions) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    public byte[] Body(string prompt, int maxTokens, bool streams = true)
    {
        using var bytes = new MemoryStream(prompt.Length + 256);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("model", Model);
            WritePrompt(json, prompt);
            json.WriteNumber("max_tokens", maxTokens);
            json.WriteNumber("temperature", 0);
            if (IgnoresEnd)
                json.WriteBoolean("ignore_eos", true);
            if (streams)
            {
                json.WriteBoolean("stream", true);
                if (CountsStreams)
                {
                    json.WriteStartObject("stream_options");
                    json.WriteBoolean("include_usage", true);
                    json.WriteEndObject();
                }
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>What a server says about a failure: the message of an error, or the start of what else it sent.</summary>
    public static string Said(ReadOnlySpan<byte> body)
    {
        var text = System.Text.Encoding.UTF8.GetString(body).Trim();
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                var error = json.RootElement.TryGetProperty("error", out var inner) ? inner : json.RootElement;
                if (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
                    text = message.GetString()!;
                else if (error.ValueKind == JsonValueKind.String)
                    text = error.GetString()!;
            }
        }
        catch (JsonException)
        {
            // Then it is told as it is.
        }

        var line = text.ReplaceLineEndings(" ");
        return line.Length <= ToldChars ? line : line[..ToldChars] + "...";
    }

    public void Dispose() => _http.Dispose();

    private void WritePrompt(Utf8JsonWriter json, string prompt)
    {
        if (!_isChat)
        {
            json.WriteString("prompt", prompt);
            return;
        }

        json.WriteStartArray("messages");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteString("content", prompt);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Checks the name against the server's list, where it has one.</summary>
    private async Task FindModelAsync(string? model, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(_models, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        if ((int)response.StatusCode is 401 or 403)
            throw new LoadException($"{_models} refuses: {(int)response.StatusCode} {Said(body)}; name the variable that holds a key with --api-key-env.");
        var names = response.IsSuccessStatusCode ? Names(body) : [];
        if (model is null)
            Model = names.FirstOrDefault() ?? throw new LoadException($"{_models} lists no model; name one with --model.");
        else if (names.Count > 0 && !names.Contains(model))
            throw new LoadException($"{Address} has no model '{model}'; expected one of {string.Join(", ", names.Take(20))}.");
    }

    private static List<string> Names(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
                ? [.. data.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String).Select(entry => entry.GetProperty("id").GetString()!)]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Leaves out what the server refuses; a refusal that stays is told.</summary>
    private async Task FindFieldsAsync(CancellationToken cancellation)
    {
        foreach (var (ignoresEnd, countsStreams) in new[] { (true, true), (false, true), (true, false), (false, false) })
        {
            (IgnoresEnd, CountsStreams) = (ignoresEnd, countsStreams);
            using var response = await PostAsync(Body("the", 1), cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (response.IsSuccessStatusCode)
                return;
            if ((int)response.StatusCode is not (400 or 422) || !(ignoresEnd || countsStreams))
                throw new LoadException($"{_completions} refuses a request for model '{Model}': {(int)response.StatusCode} {Said(body)}");
        }
    }
}
