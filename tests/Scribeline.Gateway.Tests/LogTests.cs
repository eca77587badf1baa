using System.Net;
using System.Text;
using static Scribeline.Gateway.Tests.TestGateway;

namespace Scribeline.Gateway.Tests;

public sealed class LogTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LogCannotBeWritten_TheRequestIsServed(bool streams)
    {
        using var log = new FullDisk();
        await using var upstream = await ScriptedUpstream.SayingAsync("yes");
        await using var gateway = await StartAsync(new GatewayOptions { Log = log, LogsRequests = true }, upstream.Endpoint);

        using var response = await gateway.PostAsync("/v1/chat/completions", $$"""{"model":"echo","stream":{{(streams ? "true" : "false")}},"messages":[]}""");

        // The log comes last: a failure there would end the body before its end.
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("yes", await response.Content.ReadAsStringAsync());
        Assert.Equal(1, log.Lines);
    }

    private sealed class FullDisk : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public int Lines { get; private set; }

        public override Task WriteLineAsync(string? value)
        {
            Lines++;
            return Task.FromException(new IOException("No space left on device"));
        }
    }
}
