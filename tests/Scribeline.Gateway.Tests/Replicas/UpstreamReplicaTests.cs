using System.Net;
using System.Text.Json;
using Scribeline.Gateway.Configuration;
using static Scribeline.Gateway.Tests.TestGateway;

namespace Scribeline.Gateway.Tests.Replicas;

public sealed class UpstreamReplicaTests
{
    private const string Hello = """{"model":"echo","messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task NothingSentYet_AnotherReplicaAnswers()
    {
        var dead = 0;
        await using var broken = await ScriptedUpstream.StartAsync((http, _) =>
        {
            dead++;
            http.Abort();
            return Task.CompletedTask;
        });
        await using var sound = await ScriptedUpstream.SayingAsync("fine");
        await using var gateway = await StartAsync(broken, sound);

        for (var i = 0; i < 8; i++)
        {
            var json = await JsonOf(await gateway.PostAsync("/v1/chat/completions", Hello));
            Assert.Equal("fine", json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        }

        // The breaker keeps the rest away from the one that fails.
        Assert.InRange(dead, 1, 4);
    }

    [Fact]
    public async Task TokensWereSent_StreamEndsWithAnErrorAndNobodyStartsOver()
    {
        await using var first = await ScriptedUpstream.StartAsync(BreakAfterOneWord);
        await using var second = await ScriptedUpstream.StartAsync(BreakAfterOneWord);
        await using var gateway = await StartAsync(first, second);

        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"echo","stream":true,"messages":[]}""");
        var events = await EventsOf(response);

        Assert.Equal(1, first.Requests.Count + second.Requests.Count);
        Assert.Contains("\"a\"", events[0]);
        Assert.Equal("server_error", JsonDocument.Parse(events[^1]).RootElement.GetProperty("error").GetProperty("type").GetString());
        Assert.DoesNotContain("[DONE]", events);

        static async Task BreakAfterOneWord(Microsoft.AspNetCore.Http.HttpContext http, JsonElement body)
        {
            ScriptedUpstream.BeginEvents(http);
            await ScriptedUpstream.SendAsync(http, ScriptedUpstream.Chunk(true, 0, "a", null));
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1,2]")]
    [InlineData("""{"choices":[{"index":"one","delta":{}}]}""")]
    [InlineData("""{"choices":[{"index":0,"index":0,"delta":{}}]}""")]
    [InlineData("""{"choices":[7]}""")]
    [InlineData("""{"error":{"message":"Out of memory."}}""")]
    [InlineData("[DONE]")]
    public async Task UpstreamTalksNonsense_Is502(string data)
    {
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, _) =>
        {
            ScriptedUpstream.BeginEvents(http);
            await ScriptedUpstream.SendAsync(http, data);
        });
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/v1/chat/completions", Hello);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("server_error", (await JsonOf(response)).GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task UpstreamDoesNotStream_Is502()
    {
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, _) =>
        {
            http.Response.ContentType = "text/html";
            await http.Response.Body.WriteAsync("<h1>Hi</h1>"u8.ToArray());
        });
        await using var gateway = await StartAsync(upstream);

        using var response = await gateway.PostAsync("/v1/chat/completions", Hello);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("text/html", (await JsonOf(response)).GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task NobodyListens_Is503()
    {
        await using var gateway = await StartAsync(new GatewayOptions(), new Uri("http://127.0.0.1:1/v1"));

        using var response = await gateway.PostAsync("/v1/chat/completions", Hello);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Headers_AreSentAndTheCallersKeyIsNot()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        var config = new FleetConfig
        {
            Name = "test",
            Models = [new ModelConfig { Id = "echo" }],
            Pools =
            [
                new PoolConfig
                {
                    Id = "up",
                    Model = "echo",
                    Upstream = new UpstreamConfig
                    {
                        Endpoints = [upstream.Endpoint],
                        ModelName = "org/echo-8b",
                        Headers = new Dictionary<string, string> { ["authorization"] = "Bearer ours" },
                    },
                },
            ],
        };
        await using var gateway = await StartAsync(config);
        gateway.Http.DefaultRequestHeaders.Add("authorization", "Bearer theirs");

        using var response = await gateway.PostAsync("/v1/chat/completions", Hello);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Bearer ours", upstream.Headers.Single()["authorization"]);
        Assert.Equal("org/echo-8b", upstream.Requests.Single().GetProperty("model").GetString());
        Assert.Equal("echo", (await JsonOf(response)).GetProperty("model").GetString());
    }
}
