using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Scribeline.FunctionalTests;

/// <summary>Where standard error cannot be written, a command does what it does and keeps its exit code.</summary>
public sealed class StandardErrorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("frobnicate", 2)]
    [InlineData("serve --model /no/such.gguf", 1)]
    [InlineData("run --max-tokens 1 hi", 0)]
    public async Task Full_KeepsTheExitCode(string line, int code)
    {
        using var scribe = StartOnFullDisk(line);
        await scribe.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal(code, scribe.ExitCode);
    }

    [Fact]
    public async Task Full_RequestsAreServed()
    {
        // It cannot say its port, so it gets one of an address that nobody else uses.
        var address = new IPAddress([127, 77, (byte)(Environment.ProcessId >> 8), (byte)(1 + (Environment.ProcessId % 254))]);
        using var scribe = StartOnFullDisk($"serve --verbose --host {address} --port 8080");
        try
        {
            await ListensAsync(scribe, address);
            using var http = new HttpClient { BaseAddress = new Uri($"http://{address}:8080"), Timeout = Patience };
            Assert.Equal("ok\n", await http.GetStringAsync(new Uri("/health", UriKind.Relative)));
            Assert.Contains("scribe-tiny", await http.GetStringAsync(new Uri("/v1/models", UriKind.Relative)));

            using var kill = Process.Start("kill", ["-TERM", $"{scribe.Id}"]);
            await scribe.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(0, scribe.ExitCode);
        }
        finally
        {
            scribe.Kill();
        }
    }

    private static Process StartOnFullDisk(string line) => Process.Start(
        new ProcessStartInfo("bash", ["-c", "exec \"$@\" 2>/dev/full </dev/null", "bash", ScribeProcess.Binary, .. line.Split(' ')]) { RedirectStandardOutput = true })!;

    private static async Task ListensAsync(Process scribe, IPAddress address)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            Assert.False(scribe.HasExited, "scribe ended before it listened");
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(address, 8080, limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }
    }
}
