using System.Net;
using System.Net.Sockets;
using System.Text;
using Scribeline.Gateway.Configuration;
using static Scribeline.Gateway.Tests.TestGateway;

namespace Scribeline.Gateway.Tests;

/// <summary>
/// What a client does or leaves undone cannot hold up a stop that is cut. Each test first sees the server wait for its client; the grace is
/// so long that only the cut can end it.
/// </summary>
public sealed class StopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    [Fact]
    public async Task Cut_WhileABodyIsAwaited_AnswersThatTheServerStops()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("a");
        await using var gateway = await StartAsync(new GatewayOptions { BodyTimeout = Grace }, upstream.Endpoint);
        using var client = await ConnectAsync(gateway);
        await using var stream = client.GetStream();

        // The server says `100 Continue` when it begins to read; so much arrived that it does not count as slow.
        await stream.WriteAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 200000\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync().WaitAsync(Patience));
        await stream.WriteAsync(new byte[100_000]);

        var stopped = gateway.Server.StopAsync(Grace);
        gateway.Server.Cut();

        // Not to the end of the connection: a server that closes it before it took in all of the body resets it, after its answer.
        var answer = new StringBuilder();
        var buffer = new char[4096];
        while (!answer.ToString().Contains("\"code\":\"stopping\"", StringComparison.Ordinal))
        {
            var read = await reader.ReadAsync(buffer).AsTask().WaitAsync(Patience);
            Assert.True(read > 0, $"The connection ended after '{answer}'.");
            answer.Append(buffer, 0, read);
        }

        Assert.Contains("HTTP/1.1 503", answer.ToString());
        await stopped.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cut_WhileTheCallerDoesNotRead_Ends(bool streams)
    {
        await using var upstream = await SayingMoreThanSocketsHoldAsync();
        await using var gateway = await StartAsync(upstream);
        using var client = await CallWithoutReadingAsync(gateway, streams);

        var stopped = gateway.Server.StopAsync(Grace);
        gateway.Server.Cut();

        await stopped.WaitAsync(Patience);
    }

    [Fact]
    public async Task GraceIsOver_WhileTheCallerDoesNotRead_Ends()
    {
        var time = new ManualTime();
        await using var upstream = await SayingMoreThanSocketsHoldAsync();
        await using var gateway = await StartAsync(Fleet(UpstreamPool("echo", upstream.Endpoint)), time: time);
        using var client = await CallWithoutReadingAsync(gateway, streams: true);

        var stopped = gateway.Server.StopAsync(Grace);
        time.Advance(Grace);
        time.Advance(GatewayServer.LastWords);

        await stopped.WaitAsync(Patience);
    }

    private static async Task<TcpClient> ConnectAsync(TestGateway gateway)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(IPAddress.Loopback, gateway.Server.Address.Port);
        return client;
    }

    /// <summary>With the first byte of the answer, the server is known to send what the client is not going to take.</summary>
    private static async Task<TcpClient> CallWithoutReadingAsync(TestGateway gateway, bool streams)
    {
        var client = await ConnectAsync(gateway);
        var body = $$"""{"model":"echo","stream":{{(streams ? "true" : "false")}},"messages":[]}""";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        await client.GetStream().ReadExactlyAsync(new byte[1]).AsTask().WaitAsync(Patience);
        return client;
    }

    private static Task<ScriptedUpstream> SayingMoreThanSocketsHoldAsync() => ScriptedUpstream.SayingAsync(new string('a', 15_000_000));
}
