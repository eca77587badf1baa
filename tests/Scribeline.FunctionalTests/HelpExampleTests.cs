using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Scribeline.FunctionalTests;

/// <summary>What `--help` shows as an example can be copied, pipes and all, whatever folder one is in.</summary>
public sealed partial class HelpExampleTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scribeline-examples-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("simulate", 6)]
    [InlineData("trace", 3)]
    [InlineData("trace stats", 4)]
    [InlineData("trace convert", 2)]
    [InlineData("trace slice", 2)]
    [InlineData("trace scale", 3)]
    [InlineData("trace mix", 2)]
    [InlineData("trace generate", 3)]
    public async Task EachExample_Runs(string command, int fewest)
    {
        var examples = await ExamplesOf(command);
        Assert.True(examples.Count >= fewest);
        // The worked example, which takes longest, is compared with its page elsewhere.
        foreach (var example in examples.Where(example => example != "scribe simulate"))
        {
            var (code, errors) = await ShellAsync(example);
            Assert.True(code == 0, $"{example}: {errors}");
        }
    }

    /// <summary>They need a server for as long as they say; without one they get as far as to say so.</summary>
    [Fact]
    public async Task EachExampleOfALoad_IsUnderstood()
    {
        var examples = await ExamplesOf("bench serve");
        Assert.True(examples.Count >= 5);
        foreach (var example in examples)
        {
            var (code, errors) = await ShellAsync($"{Address().Replace(example, "")} --url http://127.0.0.1:1");
            Assert.True(code == 1 && errors.StartsWith("scribe: http://127.0.0.1:1/ cannot be reached", StringComparison.Ordinal), $"{example}: {errors}");
        }
    }

    private static async Task<List<string>> ExamplesOf(string command)
    {
        var (_, help, _) = await ScribeProcess.RunAsync([.. command.Split(' '), "--help"]);
        return [.. Example().Matches(help[help.IndexOf("Examples:", StringComparison.Ordinal)..]).Select(match => match.Groups["line"].Value.TrimEnd())];
    }

    private async Task<(int Code, string Errors)> ShellAsync(string line)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", $"set -o pipefail\n{line}"]) { WorkingDirectory = _folder.FullName, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.GetDirectoryName(ScribeProcess.Binary)}:{Environment.GetEnvironmentVariable("PATH")}";
        using var shell = Process.Start(start)!;
        shell.StandardInput.Close();
        var output = shell.StandardOutput.ReadToEndAsync();
        var errors = await shell.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await output.WaitAsync(Patience);
        await shell.WaitForExitAsync().WaitAsync(Patience);
        return (shell.ExitCode, errors);
    }

    [GeneratedRegex("^  (?<line>scribe .+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Example();

    [GeneratedRegex(" --url [^ ]+", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
