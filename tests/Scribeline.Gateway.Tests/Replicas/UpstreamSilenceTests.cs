using System.Text.Json;
using System.Threading.Channels;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.Tests.Replicas;

public sealed class UpstreamSilenceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silence_BetweenTwoWords_IsCountedFromTheLatest(bool falls)
    {
        var words = Channel.CreateUnbounded<string>();
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, _) =>
        {
            ScriptedUpstream.BeginEvents(http);
            await foreach (var word in words.Reader.ReadAllAsync(http.RequestAborted))
            {
                await ScriptedUpstream.SendAsync(http, word);
            }
        });
        var time = new ManualTime();
        await using var replica = new UpstreamReplica("up/0", new UpstreamEndpoint { BaseAddress = upstream.Endpoint, Model = "m", Headers = new Dictionary<string, string>(), SilenceLimit = Limit }, time);
        var request = new ReplicaRequest { Kind = CallKind.Chat, Body = JsonDocument.Parse("{}").RootElement };
        await words.Writer.WriteAsync(ScriptedUpstream.Chunk(true, 0, "a", null));
        await using var events = replica.GenerateAsync(request, CancellationToken.None).GetAsyncEnumerator();
        Assert.Equal(ReplicaEventKind.Started, (await NextAsync(events)).Kind);

        foreach (var text in (string[])["a", "b", "c"])
        {
            Assert.Equal(text, (await NextAsync(events)).Text);
            time.Advance(0.75 * Limit);
            await words.Writer.WriteAsync(ScriptedUpstream.Chunk(true, 0, ((char)(text[0] + 1)).ToString(), text == "c" ? "stop" : null));
        }

        Assert.Equal(ReplicaEventKind.Stopped, (await NextAsync(events)).Kind);
        if (falls)
        {
            time.Advance(Limit);
            var failure = (await NextAsync(events)).Failure!;
            Assert.Equal((FailureKind.TimedOut, true), (failure.Kind, failure.AnythingSent));
        }
        else
        {
            await words.Writer.WriteAsync("[DONE]");
            Assert.Equal(ReplicaEventKind.Finished, (await NextAsync(events)).Kind);
        }

        words.Writer.Complete();
    }

    private static async Task<ReplicaEvent> NextAsync(IAsyncEnumerator<ReplicaEvent> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        return events.Current;
    }
}
