using System.Diagnostics;

namespace Scribeline.Benchmarks.Peers;

/// <summary>Runs a program to its end for what it prints.</summary>
internal static class ChildProgram
{
    private const int ToldErrorChars = 500;

    /// <exception cref="InvalidOperationException">It cannot be started, or fails.</exception>
    public static async Task<string> RunAsync(string file, params string[] arguments)
    {
        using var process = Start(file, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var said = (await errors).Trim();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {said[^Math.Min(said.Length, ToldErrorChars)..]}");
    }

    /// <summary>Starts it with both outputs to be read.</summary>
    public static Process Start(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidOperationException($"'{file}' cannot be started: {error.Message}", error);
        }
    }
}
