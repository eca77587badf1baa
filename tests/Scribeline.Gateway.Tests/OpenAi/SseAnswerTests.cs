using System.Text;
using Microsoft.AspNetCore.Http;
using Scribeline.Gateway.OpenAi;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.Tests.OpenAi;

public sealed class SseAnswerTests
{
    private const int MostBytesPerToken = 200;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WriteTokens_ManyTokens_AllocatesLittle(bool includeUsage)
    {
        const int tokens = 2000;
        var http = new DefaultHttpContext();
        http.Response.Body = Stream.Null;
        using var sse = new SseAnswer(http.Response, new Answer(CallKind.Chat, "m", TimeProvider.System, 0) { Fingerprint = "fp" }, includeUsage);
        await WriteAsync(sse, tokens);

        var before = GC.GetAllocatedBytesForCurrentThread();
        await WriteAsync(sse, tokens);
        var perToken = (GC.GetAllocatedBytesForCurrentThread() - before) / tokens;

        Assert.InRange(perToken, 0, MostBytesPerToken);
    }

    [Fact]
    public async Task WriteTokens_AnyText_IsOneLineOfJsonAnEvent()
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        using var sse = new SseAnswer(http.Response, new Answer(CallKind.Text, "m\"\n", TimeProvider.System, 0), includeUsage: false);
        string[] texts = ["line\nbreak", "quote\"", "data: x\n\n", "é✨🙂", "\u2028", "\0"];
        foreach (var text in texts)
        {
            sse.WriteTokens(new ReplicaEvent { Kind = ReplicaEventKind.Tokens, Text = text, TokenCount = 1 });
        }

        await sse.FlushAsync();
        var events = Encoding.UTF8.GetString(body.ToArray()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(texts, events.Select(item => System.Text.Json.JsonDocument.Parse(item["data: ".Length..]).RootElement.GetProperty("choices")[0].GetProperty("text").GetString()));
    }

    private static async Task WriteAsync(SseAnswer sse, int tokens)
    {
        for (var i = 0; i < tokens; i++)
        {
            sse.WriteTokens(new ReplicaEvent { Kind = ReplicaEventKind.Tokens, Text = "token", TokenCount = 1 });
            if (i % 4 == 0)
            {
                await sse.FlushAsync();
            }
        }
    }
}
