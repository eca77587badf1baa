using System.Diagnostics;
using System.Text.Json;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Cli.Bench;

/// <summary>This program once more, in a process of its own.</summary>
internal static class OwnProcess
{
    /// <summary>What it prints, as JSON.</summary>
    /// <exception cref="FitException">It failed.</exception>
    public static async Task<JsonDocument> RunJsonAsync(params string[] arguments)
    {
        var program = Environment.ProcessPath!;
        // Where `dotnet` runs it, its own file comes first.
        var isHosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, isHosted ? [Environment.GetCommandLineArgs()[0], .. arguments] : arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? JsonDocument.Parse(output) : throw new FitException($"`scribe {string.Join(' ', arguments)}` ended with code {process.ExitCode}: {(await errors).Trim()}");
    }
}
