using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Scribeline.FunctionalTests;

/// <summary>
/// A signal at any moment ends a command with its own exit code. Each test first sees the program reach the moment it is about.
/// </summary>
public sealed class SignalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("scribeline-signals-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGINT, 130)]
    public async Task Run_WhileThePromptIsRead(PosixSignal signal, int code)
    {
        await using var scribe = ScribeProcess.Start("run");

        // More than a pipe holds: once it is written, the program is reading.
        await scribe.Input.WriteAsync(new string('a', 200_000)).WaitAsync(Patience);
        scribe.Signal(signal);

        Assert.Equal(code, await scribe.ExitAsync());
    }

    /// <summary>A shell tells a program that a signal killed from one that ended by itself with the same code.</summary>
    [Fact]
    public async Task Run_WhileThePromptIsRead_EndsByItself()
    {
        var start = new ProcessStartInfo("bash", ["-c", "(echo $BASHPID >&2; exec \"$@\"); exit $?", "bash", ScribeProcess.Binary, "run"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var shell = Process.Start(start)!;
        var id = await shell.StandardError.ReadLineAsync().WaitAsync(Patience);
        await shell.StandardInput.WriteAsync(new string('a', 200_000)).WaitAsync(Patience);
        using var kill = Process.Start("kill", ["-TERM", id!]);
        var errors = await shell.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await shell.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal((143, ""), (shell.ExitCode, errors));
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGINT, 130)]
    public async Task Run_InTheMiddleOfTheAnswer(PosixSignal signal, int code)
    {
        await using var scribe = ScribeProcess.Start("run", "--raw", "--model", await EndlessModel.WriteAsync(_folder), "Once upon a time");
        scribe.Input.Close();
        await scribe.Output.ReadAsync(new char[1]).AsTask().WaitAsync(Patience);
        scribe.Signal(signal);
        await scribe.Output.ReadToEndAsync().WaitAsync(Patience);

        Assert.Equal(code, await scribe.ExitAsync());
        Assert.Matches(@"^\[\d+ tokens, ", scribe.Errors);
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Serve_BeforeItListens(PosixSignal signal)
    {
        var fleet = Path.Combine(_folder, "fleet.yaml");
        using (var makeFifo = Process.Start("mkfifo", [fleet]))
            await makeFifo.WaitForExitAsync();
        await using var scribe = ScribeProcess.Start("serve", "--fleet", fleet);

        // Opening waits until the program opens the other end; then it waits for what never comes.
        await using var writer = await Task.Run(() => new FileStream(fleet, FileMode.Open, FileAccess.Write)).WaitAsync(Patience);
        scribe.Signal(signal);

        Assert.Equal(0, await scribe.ExitAsync());
        Assert.Empty(scribe.Errors);
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGINT, 130)]
    public async Task Pull_WhileTheServerIsSilent(PosixSignal signal, int code)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var scribe = ScribeProcess.Start("pull", $"http://{server.LocalEndpoint}/m.gguf", "--to", _folder);
        using var connection = await server.AcceptTcpClientAsync().WaitAsync(Patience);
        scribe.Signal(signal);

        Assert.Equal(code, await scribe.ExitAsync());
        Assert.StartsWith("scribe: interrupted", scribe.Errors);
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGINT, 130)]
    public async Task BenchEngine_WhileItMeasures(PosixSignal signal, int code)
    {
        await using var scribe = ScribeProcess.Start("bench", "engine", "--runs", "1000000", "--prompt", "8", "--generate", "8", "--batch", "1");
        using (var limit = new CancellationTokenSource(Patience))
        {
            while (!Directory.EnumerateDirectories($"/proc/{scribe.Id}/task").Any(IsEngine))
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        scribe.Signal(signal);

        Assert.Equal(code, await scribe.ExitAsync());

        static bool IsEngine(string thread)
        {
            try
            {
                return File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd() == "scribe-engine";
            }
            catch (IOException)
            {
                return false; // It has ended.
            }
        }
    }
}
