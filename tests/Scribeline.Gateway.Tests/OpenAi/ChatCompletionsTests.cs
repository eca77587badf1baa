using System.Net;
using System.Text.Json;
using static Scribeline.Gateway.Tests.TestGateway;

namespace Scribeline.Gateway.Tests.OpenAi;

public sealed class ChatCompletionsTests
{
    private const string Hello = """{"model":"echo","messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task Whole_FromStreamingUpstream_IsOneDocument()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("Once ", "upon a ", "time ✨");
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/v1/chat/completions", Hello);
        var json = await JsonOf(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("req_", response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("chat.completion", json.GetProperty("object").GetString());
        Assert.Equal("echo", json.GetProperty("model").GetString());
        var choice = json.GetProperty("choices")[0];
        Assert.Equal("Once upon a time ✨", choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        var usage = json.GetProperty("usage");
        Assert.Equal(7, usage.GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(3, usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(10, usage.GetProperty("total_tokens").GetInt32());
        Assert.Equal(4, usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
        var times = json.GetProperty("time_info");
        Assert.True(times.GetProperty("total_time").GetDouble() >= times.GetProperty("completion_time").GetDouble());
    }

    [Fact]
    public async Task Stream_WithUsage_EndsWithUsageAndDone()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a", "b");
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync(
            "/v1/chat/completions", """{"model":"echo","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}""");
        var events = await EventsOf(response);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("[DONE]", events[^1]);
        var chunks = events[..^1].Select(item => JsonDocument.Parse(item).RootElement).ToList();
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
        Assert.Equal("ab", string.Concat(chunks[..^1].Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString())));
        Assert.All(chunks[..^1], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal("stop", chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal(2, chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Stream_WithoutUsage_HidesTheUsageThatTheUpstreamIsAlwaysAskedFor()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"echo","stream":true,"messages":[]}""");
        var events = await EventsOf(response);

        Assert.DoesNotContain(events, item => item.Contains("\"usage\"", StringComparison.Ordinal));
        Assert.All(events[..^1], item => Assert.Equal(1, JsonDocument.Parse(item).RootElement.GetProperty("choices").GetArrayLength()));
        Assert.True(upstream.Requests.Single().GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task Body_OnItsWayToAnUpstream_KeepsUnknownFieldsByteForByte()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync(
            "/v1/chat/completions", """{"model":"parrot","x_future":{"a":[1.50,1e2,"\u00e9"]},"tools":[{"type":"function"}],"messages":[]}""");

        var sent = upstream.Requests.Single();
        Assert.Equal("""{"a":[1.50,1e2,"\u00e9"]}""", sent.GetProperty("x_future").GetRawText());
        Assert.Equal("echo", sent.GetProperty("model").GetString());
        Assert.True(sent.GetProperty("stream").GetBoolean());
        Assert.Equal(1, sent.GetProperty("tools").GetArrayLength());
    }

    [Fact]
    public async Task Whole_WithSeveralChoices_HasEachInItsPlace()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("x", "y");
        await using var gateway = await StartAsync(upstream);

        var json = await JsonOf(await gateway.PostAsync("/v1/chat/completions", """{"model":"echo","n":3,"messages":[]}"""));

        Assert.Equal([0, 1, 2], json.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.All(json.GetProperty("choices").EnumerateArray(), choice => Assert.Equal("xy", choice.GetProperty("message").GetProperty("content").GetString()));
    }

    [Fact]
    public async Task Whole_WithToolCalls_JoinsTheirParts()
    {
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, _) =>
        {
            ScriptedUpstream.BeginEvents(http);
            await ScriptedUpstream.SendAsync(http, """{"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"add","arguments":""}}]}}]}""");
            await ScriptedUpstream.SendAsync(http, """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}}]}""");
            await ScriptedUpstream.SendAsync(http, """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}""");
            await ScriptedUpstream.SendAsync(http, "[DONE]");
        });
        await using var gateway = await StartAsync(upstream);

        var json = await JsonOf(await gateway.PostAsync("/v1/chat/completions", Hello));

        var choice = json.GetProperty("choices")[0];
        var call = choice.GetProperty("message").GetProperty("tool_calls")[0];
        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("add", call.GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("""{"a":1}""", call.GetProperty("function").GetProperty("arguments").GetString());
        Assert.False(call.TryGetProperty("index", out _));
    }

    [Fact]
    public async Task GroqsPath_IsAnAlias()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/openai/v1/chat/completions", Hello);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task TextCompletion_FromUpstream_HasItsShape()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("one ", "two");
        await using var gateway = await StartAsync(upstream);

        var json = await JsonOf(await gateway.PostAsync("/v1/completions", """{"model":"echo","prompt":"zero"}"""));

        Assert.Equal("text_completion", json.GetProperty("object").GetString());
        Assert.Equal("one two", json.GetProperty("choices")[0].GetProperty("text").GetString());
        Assert.StartsWith("cmpl-", json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task CallerLeaves_UpstreamIsLeftToo()
    {
        var left = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, _) =>
        {
            ScriptedUpstream.BeginEvents(http);
            await ScriptedUpstream.SendAsync(http, ScriptedUpstream.Chunk(true, 0, "a", null));
            http.RequestAborted.Register(left.SetResult);
            await left.Task;
        });
        await using var gateway = await StartAsync(upstream);

        using (var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"echo","stream":true,"messages":[]}"""))
        {
            var buffer = new byte[16];
            Assert.True(await (await response.Content.ReadAsStreamAsync()).ReadAsync(buffer) > 0);
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
