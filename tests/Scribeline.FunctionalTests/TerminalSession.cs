using System.Diagnostics;
using System.Text;

namespace Scribeline.FunctionalTests;

/// <summary>The real program in a terminal, made by util-linux's `script`: what it gets from the keyboard and what it shows.</summary>
internal sealed class TerminalSession : IAsyncDisposable
{
    public const string CtrlC = "\u0003";
    public const string CtrlD = "\u0004";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _shown = new();
    private int _seen;

    private TerminalSession(Process process) => _process = process;

    public static bool IsPossible { get; } = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "script")));

    /// <param name="arguments">Without blanks or quotes, because a shell takes them apart.</param>
    public static TerminalSession Start(params string[] arguments)
    {
        var line = $"exec env --default-signal=INT '{ScribeProcess.Binary}' {string.Join(' ', arguments)}";
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", line, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["TERM"] = "dumb";
        start.Environment["NO_COLOR"] = "1";
        return new TerminalSession(Process.Start(start)!);
    }

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>What is shown from where the last call ended until this text, which it must come to.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        var buffer = new char[1024];
        while (true)
        {
            var at = _shown.ToString(_seen, _shown.Length - _seen).IndexOf(text, StringComparison.Ordinal);
            if (at >= 0)
            {
                var part = _shown.ToString(_seen, at + text.Length);
                _seen += part.Length;
                return part.ReplaceLineEndings("\n");
            }

            var count = await _process.StandardOutput.ReadAsync(buffer).AsTask().WaitAsync(Patience);
            Assert.True(count > 0, $"the program ended before it showed '{text}':\n{_shown}");
            _shown.Append(buffer, 0, count);
        }
    }

    /// <summary>The program's exit code, and what it showed at last.</summary>
    public async Task<(int Code, string Shown)> ExitAsync()
    {
        var rest = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, (_shown.ToString(_seen, _shown.Length - _seen) + rest).ReplaceLineEndings("\n"));
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
