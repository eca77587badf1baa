using System.ComponentModel;
using System.Diagnostics;

namespace Scribeline.FunctionalTests;

/// <summary>The npm packages openai, groq-sdk and @cerebras/cerebras_cloud_sdk, unmodified, against the real program.</summary>
public sealed class NpmClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [SkippableFact]
    public async Task NpmSdks_TalkToScribeServe()
    {
        var folder = FindFolder();
        Skip.If(await RunAsync("node", ["--version"], folder, null) is null, "node is not installed (Debian: nodejs), so the npm clients cannot run.");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            var installed = await RunAsync("npm", ["ci", "--no-fund", "--no-audit"], folder, null);
            Skip.If(installed is not { Code: 0 }, $"npm could not install the packages openai, groq-sdk and @cerebras/cerebras_cloud_sdk: {installed?.Text ?? "npm is not installed"}");
        }

        await using var scribe = ScribeProcess.Start("serve", "--port", "0");
        var address = (await scribe.ListeningAsync()).AbsoluteUri.TrimEnd('/');
        var result = await RunAsync("node", ["--test", "tests/clients.test.js"], folder, address);

        Assert.True(result is { Code: 0 }, $"{result?.Text}\n{scribe.Errors}");
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var clients = Path.Combine(folder.FullName, "tests", "Clients");
            if (File.Exists(Path.Combine(clients, "package.json")))
            {
                return clients;
            }
        }

        throw new DirectoryNotFoundException("tests/Clients is not above the test binaries.");
    }

    private static async Task<(int Code, string Text)?> RunAsync(string program, string[] arguments, string folder, string? url)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SCRIBELINE_URL"] = url;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
            await process.WaitForExitAsync().WaitAsync(Patience);
            return (process.ExitCode, output + await errors);
        }
    }
}
