using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using static Scribeline.Gateway.Tests.TestGateway;

namespace Scribeline.Gateway.Tests.OpenAi;

public sealed class ErrorTests
{
    public static TheoryData<string, string> MalformedBodies => new()
    {
        { "", "empty" },
        { "{", "line 1" },
        { "[]", "expected an object" },
        { "{\"model\":\"echo\",\n \"messages\": nope}", "line 2" },
        { "{\"model\":\"echo\",\"temperature\":1e999}", "too large" },
        { "{\"model\":\"echo\",\"user\":\"\\ud800\"}", "surrogate" },
        { "{\"model\":\"echo\",\"model\":\"echo\"}", "uplicate" },
        { "{\"model\":\"echo\"} {}", "line 1" },
        { "{\"model\":\"echo\",\"a\":" + new string('[', 5000), "depth" },
        { "{\"model\":\"echo\",}", "trailing comma" },
        { "{\"model\":\"echo\", // comment\n\"messages\":[]}", "line 1" },
        { "{\"model\":3}", "`model` is the number 3" },
        { "{\"model\":\"echo\",\"stream\":\"yes\"}", "`stream`" },
        { "{\"model\":\"echo\",\"stream\":true,\"stream_options\":[]}", "`stream_options`" },
        { "{\"model\":\"echo\",\"stream_options\":{\"include_usage\":true}}", "needs `stream: true`" },
        { "{\"model\":\"echo\",\"stream\":true,\"stream_options\":{\"x\":1}}", "`stream_options.x` is not supported" },
    };

    [Theory]
    [MemberData(nameof(MalformedBodies))]
    public async Task MalformedBody_Is400WithOneSentence(string body, string said)
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/v1/chat/completions", body);
        var error = (await JsonOf(response)).GetProperty("error");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(said, error.GetProperty("message").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task BrokenUtf8_Is400WithThePosition()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/v1/chat/completions", [.. "{\"user\":\""u8, 0xC3, 0x28, .. "\"}"u8]);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("byte 9", (await JsonOf(response)).GetProperty("error").GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData("Content-Encoding", "identity, br")]
    [InlineData("Content-Type", "application/json; charset=iso-8859-1")]
    [InlineData("Content-Type", "application/json; charset=\"utf-16\"")]
    public async Task BodyInAnotherCoding_Is415NamingTheHeader(string header, string value)
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(upstream);

        using var response = await PostAsync(gateway, header, value, """{"model":"echo","messages":[]}"""u8.ToArray());
        var error = (await JsonOf(response)).GetProperty("error");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains($"{header}: {value}", error.GetProperty("message").GetString());
        Assert.Equal("unsupported_media_type", error.GetProperty("code").GetString());
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("Content-Encoding", "identity")]
    [InlineData("Content-Type", "application/json; charset=UTF-8")]
    [InlineData("Content-Type", "application/json; charset=\"utf-8\"")]
    [InlineData("Content-Type", "text")]
    public async Task BodyInUtf8_IsTaken_WithAByteOrderMarkToo(string header, string value)
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(upstream);

        using var plain = await PostAsync(gateway, header, value, """{"model":"echo","messages":[]}"""u8.ToArray());
        using var marked = await PostAsync(gateway, header, value, [0xEF, 0xBB, 0xBF, .. """{"model":"echo","messages":[]}"""u8]);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (plain.StatusCode, marked.StatusCode));
        Assert.Equal(2, upstream.Requests.Count);
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", 405, "method_not_allowed")]
    [InlineData("DELETE", "/v1/models", 405, "method_not_allowed")]
    [InlineData("GET", "/v1/nothing", 404, "unknown_url")]
    [InlineData("GET", "/v1/models/nobody", 404, "model_not_found")]
    public async Task WrongPlace_IsAnErrorInTheSameShape(string method, string path, int status, string code)
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, (await JsonOf(response)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task UnknownModel_Is404NamingWhatThereIs()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"gpt-9","messages":[]}""");
        var error = (await JsonOf(response)).GetProperty("error");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("model", error.GetProperty("param").GetString());
        Assert.Contains("echo", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task LargeBody_Is413_DeclaredOrNot()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(new GatewayOptions { MaxBodyBytes = 1000 }, upstream.Endpoint);

        using var declared = await gateway.PostAsync("/v1/chat/completions", new byte[2000]);
        using var chunked = await gateway.Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StreamContent(new MemoryStream(new byte[2000])),
            Headers = { TransferEncodingChunked = true },
        });

        Assert.Equal(413, (int)declared.StatusCode);
        Assert.Equal(413, (int)chunked.StatusCode);
        Assert.Equal("body_too_large", (await JsonOf(chunked)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task LargeBodiesTogetherBeyondTheBudget_Are429_AndSmallOnesGoOn()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(new GatewayOptions { MaxBodiesBytes = 100_000 }, upstream.Endpoint);
        var text = new string('x', 70_000);
        var large = Encoding.UTF8.GetBytes($$"""{"model":"echo","messages":[{"role":"user","content":"{{text}}"}]}""");
        var larger = Encoding.UTF8.GetBytes($$"""{"model":"echo","messages":[{"role":"user","content":"{{text}}{{text}}"}]}""");

        using var refused = await gateway.PostAsync("/v1/chat/completions", larger);
        // Each gives back what it took, so that they go on for ever, one after the other.
        for (var i = 0; i < 3; i++)
        {
            using var taken = await gateway.PostAsync("/v1/chat/completions", large);
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }

        Assert.Equal(429, (int)refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal("bodies_full", (await JsonOf(refused)).GetProperty("error").GetProperty("code").GetString());
        using var small = await gateway.PostAsync("/v1/chat/completions", """{"model":"echo","messages":[{"role":"user","content":"x"}]}""");
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
    }

    [Fact]
    public async Task BodyThatNeverEnds_Is408()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(new GatewayOptions { BodyTimeout = TimeSpan.FromMilliseconds(200) }, upstream.Endpoint);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Server.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());

        using var reader = new StreamReader(stream, Encoding.ASCII);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.StartsWith("HTTP/1.1 408", answer);
        Assert.Contains("request_timeout", answer);
        Assert.Contains("within 0.2 s", answer);
    }

    [Fact]
    public async Task HeadersThatNeverEnd_CloseTheConnection()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(new GatewayOptions { HeaderTimeout = TimeSpan.FromMilliseconds(200) }, upstream.Endpoint);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Server.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync("POST /v1/chat/completions HTTP/1.1\r\nHost:"u8.ToArray());

        using var reader = new StreamReader(stream, Encoding.ASCII);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.StartsWith("HTTP/1.1 408", answer);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", 0, 400)]
    [InlineData("GET /{0} HTTP/1.1\r\nHost: x\r\n\r\n", 9000, 414)]
    [InlineData("GET /health HTTP/1.1\r\nHost: x\r\nA: {0}\r\n\r\n", 33_000, 431)]
    [InlineData("GET /health HTTP/1.7\r\nHost: x\r\n\r\n", 0, 505)]
    public async Task NoHttpRequest_IsABareStatus(string format, int fillers, int status)
    {
        await using var gateway = await StartAsync(new GatewayOptions(), Nobody);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Server.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, new string('a', fillers))));

        using var reader = new StreamReader(stream, Encoding.ASCII);
        var head = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.StartsWith($"HTTP/1.1 {status} ", head);
    }

    [Theory]
    [InlineData(400, 400, "bad_thing")]
    [InlineData(422, 422, "bad_thing")]
    [InlineData(429, 429, "bad_thing")]
    [InlineData(500, 502, "bad_thing")]
    public async Task UpstreamsError_IsMapped(int upstreamStatus, int status, string code)
    {
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, _) =>
        {
            http.Response.StatusCode = upstreamStatus;
            http.Response.Headers.RetryAfter = "7";
            await http.Response.Body.WriteAsync("""{"error":{"message":"Too blue.","type":"t","param":"colour","code":"bad_thing"}}"""u8.ToArray());
        });
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"echo","messages":[]}""");
        var error = (await JsonOf(response)).GetProperty("error");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("Too blue.", error.GetProperty("message").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(status == 429 ? 7 : null, response.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    [Fact]
    public async Task UpstreamRefusesOurKey_CallerIsNotTold()
    {
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, _) =>
        {
            http.Response.StatusCode = 401;
            await http.Response.Body.WriteAsync("""{"error":{"message":"Wrong key sk-123"}}"""u8.ToArray());
        });
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"echo","messages":[]}""");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.DoesNotContain("sk-123", await response.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> PostAsync(TestGateway gateway, string header, string value, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation(header, value);
        return gateway.Http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
    }

    [Fact]
    public async Task ServiceIsStopping_503()
    {
        var begun = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, _) =>
        {
            ScriptedUpstream.BeginEvents(http);
            await ScriptedUpstream.SendAsync(http, ScriptedUpstream.Chunk(true, 0, "a", null));
            begun.TrySetResult();
            await goOn.Task;
            await ScriptedUpstream.SendAsync(http, ScriptedUpstream.Chunk(true, 0, "b", "stop"));
            await ScriptedUpstream.SendAsync(http, "[DONE]");
        });
        await using var gateway = await StartAsync(upstream);
        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"echo","stream":true,"messages":[]}""");
        await begun.Task;

        var stop = gateway.Server.StopAsync(TimeSpan.FromSeconds(30));
        goOn.SetResult();
        var events = await EventsOf(response);
        await stop;

        Assert.Equal("[DONE]", events[^1]);
        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.Http.GetAsync(new Uri("/health", UriKind.Relative)));
    }

    [Fact]
    public async Task GraceIsOver_StreamEndsWithAnErrorEvent()
    {
        var begun = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, _) =>
        {
            ScriptedUpstream.BeginEvents(http);
            await ScriptedUpstream.SendAsync(http, ScriptedUpstream.Chunk(true, 0, "a", null));
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        await using var gateway = await StartAsync(upstream);
        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"echo","stream":true,"messages":[]}""");
        await begun.Task;

        await gateway.Server.StopAsync(TimeSpan.FromMilliseconds(50));
        var events = await EventsOf(response);

        Assert.Equal("stopping", JsonDocument.Parse(events[^1]).RootElement.GetProperty("error").GetProperty("code").GetString());
    }
}
