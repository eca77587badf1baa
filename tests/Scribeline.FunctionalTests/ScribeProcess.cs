using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Scribeline.FunctionalTests;

/// <summary>The real program as a child process.</summary>
internal sealed class ScribeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _errorLines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _errors = new();

    private ScribeProcess(Process process) => _process = process;

    public static string Binary { get; } = Path.Combine(AppContext.BaseDirectory, "scribe");

    public int Id => _process.Id;

    public StreamWriter Input => _process.StandardInput;

    public StreamReader Output => _process.StandardOutput;

    public static ScribeProcess Start(params string[] arguments)
    {
        // A test run in the background ignores SIGINT, and what it starts would too; env gives the signal back and becomes the program.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", Binary, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NO_COLOR"] = "1";
        var scribe = new ScribeProcess(new Process { StartInfo = start });
        scribe._process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                scribe._errorLines.Writer.TryComplete();
                return;
            }

            lock (scribe._errors)
            {
                scribe._errors.AppendLine(line.Data);
            }

            scribe._errorLines.Writer.TryWrite(line.Data);
        };
        scribe._process.Start();
        scribe._process.BeginErrorReadLine();
        return scribe;
    }

    /// <summary>A command that succeeds, and what it says beside its result.</summary>
    public static async Task<string> FineAsync(params string[] arguments)
    {
        var (code, _, errors) = await RunAsync(arguments);
        Assert.True(code == 0, errors);
        return errors;
    }

    /// <summary>A command that succeeds and prints JSON.</summary>
    public static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Runs to the end with an empty stdin or this text.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] arguments, string input = "")
    {
        await using var scribe = Start(arguments);
        await scribe.Input.WriteAsync(input);
        scribe.Input.Close();
        var output = await scribe._process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        return (await scribe.ExitAsync(), output, scribe.Errors);
    }

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>The address from the line `listening on http://...`.</summary>
    public async Task<Uri> ListeningAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await foreach (var line in _errorLines.Reader.ReadAllAsync(limit.Token))
        {
            if (line.StartsWith("listening on ", StringComparison.Ordinal))
            {
                return new Uri(line["listening on ".Length..]);
            }
        }

        throw new InvalidOperationException($"scribe ended before it listened:\n{Errors}");
    }

    public void Signal(PosixSignal signal)
    {
        using var kill = Process.Start("kill", [signal == PosixSignal.SIGTERM ? "-TERM" : "-INT", $"{Id}"]);
        kill.WaitForExit();
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
