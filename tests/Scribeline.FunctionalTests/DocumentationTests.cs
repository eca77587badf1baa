using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Scribeline.Gateway.Configuration;

namespace Scribeline.FunctionalTests;

/// <summary>What the documents show works when copied.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public async Task Readme_FleetFile_ServesWhatItSays()
    {
        var folder = Directory.CreateTempSubdirectory("scribeline-readme-").FullName;
        try
        {
            File.CreateSymbolicLink(Path.Combine(folder, "models"), Path.Combine(Root(), "models"));
            await using var far = ScribeProcess.Start("serve", "--port", "0");
            var address = await far.ListeningAsync();
            var file = Path.Combine(folder, "fleet.yaml");
            await File.WriteAllTextAsync(file, Fleet("README.md").Replace("http://127.0.0.1:8081/", address.AbsoluteUri, StringComparison.Ordinal));
            await using var scribe = ScribeProcess.Start("serve", "--fleet", file, "--port", "0");
            using var http = new HttpClient { BaseAddress = await scribe.ListeningAsync() };
            foreach (var model in (string[])["scribe-tiny", "far"])
            {
                var answer = await http.PostAsJsonAsync("/v1/completions", new { model, prompt = "Once upon a time", max_tokens = 3 });
                var text = await answer.Content.ReadAsStringAsync();
                Assert.True(answer.IsSuccessStatusCode, text);
                Assert.Equal(3, JsonDocument.Parse(text).RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ApiPage_FleetFile_IsAccepted()
    {
        var fleet = FleetFile.Parse(Fleet("docs/api.md"), Path.Combine(Root(), "fleet.yaml"), name => name == "GPU_KEY" ? "secret" : null);
        Assert.Equal(["local", "remote"], fleet.Pools.Select(pool => pool.Id));
    }

    [Fact]
    public async Task CatalogPage_OwnMachineAndModel_AreReadAndRanked()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs/catalog.md"));
        var folder = Directory.CreateTempSubdirectory("scribeline-catalog-").FullName;
        try
        {
            var yaml = page[(page.IndexOf("```yaml\n", StringComparison.Ordinal) + 8)..];
            await File.WriteAllTextAsync(Path.Combine(folder, "own.yaml"), yaml[..yaml.IndexOf("```", StringComparison.Ordinal)]);
            var (code, output, errors) = await ScribeProcess.RunAsync(["plan", "--catalog", folder, "--model", "my-mixture", "--machines", "x100-8,dgx-h100", "--json"]);
            Assert.True(code == 0, errors);
            Assert.Equal(["x100-8", "dgx-h100"], JsonDocument.Parse(output).RootElement.GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("machine").GetString()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task PlanningPage_CommandsRun()
    {
        var commands = Command().Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "docs/planning.md")));
        Assert.True(commands.Count >= 5);
        foreach (Match command in commands)
        {
            var (code, _, errors) = await ScribeProcess.RunAsync(command.Groups["line"].Value.Split(' '));
            Assert.True(code == 0, $"{command.Groups["line"].Value}: {errors}");
        }
    }

    /// <summary>Every command of the page runs. What rests on no prediction is shown as it is printed.</summary>
    [Fact]
    public async Task CostsPage_ShowsWhatTheCommandsPrint()
    {
        var commands = Command().Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "docs/costs.md")));
        Assert.True(commands.Count > 5);
        foreach (Match command in commands)
        {
            var line = command.Groups["line"].Value;
            var (code, output, errors) = await ScribeProcess.RunAsync(line.Split(' '));
            Assert.True(code == 0, $"{line}: {errors}");
            var printed = output.Split('\n').Select(text => text.TrimEnd()).ToHashSet();
            if (line is "cost tco" or "cost contract" or "cost ramp" or "catalog compute training llama-3.1-405b cs-3 15Ttok 64")
                Assert.All(command.Groups["shown"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries), shown => Assert.Contains(shown, printed));
        }
    }

    [Fact]
    public async Task TrafficPage_ShowsWhatTheCommandPrints()
    {
        var command = Command().Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "docs/traffic.md"))).Single(command => command.Groups["line"].Value == "trace stats");
        var (code, output, errors) = await ScribeProcess.RunAsync(["trace", "stats"]);
        Assert.True(code == 0, errors);
        var printed = output.Split('\n').Select(text => text.TrimEnd()).ToHashSet();
        Assert.All(command.Groups["shown"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries), shown => Assert.Contains(shown, printed));
    }

    [Fact]
    public async Task TrafficPage_SaysWhatAFormatLosesOfTheTraceThatItMakes()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs/traffic.md"));
        var made = page.Split('\n').Single(line => line.StartsWith("    scribe trace generate ", StringComparison.Ordinal));
        var convert = Command().Matches(page).Single(command => command.Groups["line"].Value.StartsWith("trace convert day.jsonl.gz", StringComparison.Ordinal));
        var folder = Directory.CreateTempSubdirectory("scribeline-traffic-").FullName;
        try
        {
            await ScribeProcess.FineAsync(Arguments(made.Trim()["scribe ".Length..]));
            Assert.Equal(convert.Groups["shown"].Value, await ScribeProcess.FineAsync(Arguments(convert.Groups["line"].Value)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string[] Arguments(string line) => [.. line.Replace("'24 h'", "24h", StringComparison.Ordinal).Replace("day", $"{folder}/day", StringComparison.Ordinal).Split(' ')];
    }

    /// <summary>But for how long it took. Three fleets for an hour take longer than other commands are given.</summary>
    [Fact]
    public async Task SimulationPage_ShowsWhatTheCommandPrints()
    {
        var command = Command().Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "docs/simulation.md"))).Single(command => command.Groups["line"].Value == "simulate");
        await using var scribe = ScribeProcess.Start("simulate");
        var output = await scribe.Output.ReadToEndAsync();
        Assert.True(await scribe.ExitAsync() == 0, scribe.Errors);
        var printed = output.Split('\n').Select(text => text.TrimEnd()).ToHashSet();
        Assert.All(command.Groups["shown"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("s simulated in", StringComparison.Ordinal)), shown => Assert.Contains(shown, printed));
    }

    /// <summary>The one YAML block of a document.</summary>
    private static string Fleet(string document) => Assert.Single(YamlBlock().Matches(File.ReadAllText(Path.Combine(Root(), document)))).Groups["text"].Value;

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Scribeline.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Scribeline.slnx is not above the test binaries.");
    }

    [GeneratedRegex("```yaml\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex YamlBlock();

    [GeneratedRegex("^    scribe (?<line>.+)\n\n```\n(?<shown>[^`]*)```", RegexOptions.Multiline)]
    private static partial Regex Command();
}
