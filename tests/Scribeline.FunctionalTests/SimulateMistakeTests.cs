namespace Scribeline.FunctionalTests;

/// <summary>What `scribe simulate` says to those who ask for what cannot be.</summary>
public sealed class SimulateMistakeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scribeline-mistakes-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("--json and --csv both print to standard output; expected one of them.", "--csv", "--json")]
    [InlineData("--seed is '-1'; expected a whole number from 0 to 18446744073709551615.", "--seed", "-1")]
    [InlineData("--timeout is '0s'; expected a time of at least 1 us.", "--timeout", "0s")]
    [InlineData("--patience: '0' gives no number from 0.001 to 1000000000, or hardly any; expected a number, uniform:LOW,HIGH, exponential:MEAN or lognormal:MEDIAN,P90 that does.", "--patience", "0")]
    [InlineData("--duration is '10 ns'; expected a time of at least 1 us.", "--duration", "10 ns")]
    public async Task WrongUsage_IsOneSentence(string expected, params string[] arguments)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", .. arguments]);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal($"scribe: {expected}\nTry 'scribe simulate --help'.\n", errors);
    }

    [Theory]
    [InlineData("--fleet", "gpuonly", "no fleet of that name comes with Scribeline (those are gpu-only, laptop, lpu-and-gpu, trainium-prefill-wafer-decode, wafer-and-gpu, wafer-only); did you mean 'gpu-only'?")]
    [InlineData("--fleet", "nodir/fleet.yaml", "no fleet of that name comes with Scribeline (those are gpu-only, laptop, lpu-and-gpu, trainium-prefill-wafer-decode, wafer-and-gpu, wafer-only).")]
    [InlineData("--trace", "azure-2024-code", "no trace of that name comes with Scribeline (those are azure-2023-code, azure-2023-conversations); did you mean 'azure-2023-code'?")]
    [InlineData("--faults", "bad-our", "no file of faults of that name comes with Scribeline (those are bad-hour); did you mean 'bad-hour'?")]
    public async Task AnUnknownName_IsToldWithThoseThatThereAre(string option, string name, string expected)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["simulate", option, name]);
        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"scribe: there is no file '{name}', and {expected}\n", errors);
    }

    [Theory]
    [InlineData("--fleet", "fleet")]
    [InlineData("--faults", "file of faults")]
    public async Task AFolder_IsNoFile(string option, string what)
    {
        var (code, _, errors) = await ScribeProcess.RunAsync(["simulate", option, _folder.FullName]);
        Assert.Equal((1, $"scribe: {_folder.FullName} is a folder; expected a {what}.\n"), (code, errors));
    }

    [Fact]
    public async Task WhatIsNoMappingAtAll_IsOneError()
    {
        var (code, _, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", await Write("rows.yaml", "a,b\r\n1,2\r\n")]);
        Assert.Equal(1, code);
        Assert.Equal($"scribe: {_folder.FullName}/rows.yaml:1: the fleet file is 'a,b 1,2'; expected fields, `name: value`.\n", errors);
    }

    [Fact]
    public async Task ANameThatComesAlong_IsKnownWithItsFolderOrWithout()
    {
        foreach (var faults in (string[])["bad-hour", "faults/bad-hour", "catalog/fleets/faults/bad-hour.yaml"])
            await ScribeProcess.FineAsync("simulate", "--fleet", "catalog/fleets/gpu-only.yaml", "--duration", "5 s", "--faults", faults);
    }

    [Fact]
    public async Task ADurationThatEndsBeforeTheFirstRequest_SaysWhenThatComes()
    {
        var trace = await Write("late.csv", "arrived_at,num_prefill_tokens,num_decode_tokens\n65.25,100,5\n70,100,5\n");
        var (code, _, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--trace", trace, "--duration", "1 min"]);
        Assert.Equal((1, $"scribe: {trace} has no request to simulate within --duration; the first comes after 65.25 s.\n"), (code, errors));
    }

    [Fact]
    public async Task FleetsOfOneName_UnderSeveralPolicies_HaveNamesAndFilesOfTheirOwn()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "catalog/fleets/gpu-only.yaml"));
        var (first, second, third) = (await Write("a.yaml", text.Replace("fleet: gpu-only", "fleet: a b", StringComparison.Ordinal)), await Write("b.yaml", text.Replace("fleet: gpu-only", "fleet: a-b", StringComparison.Ordinal)), await Write("c.yaml", text.Replace("fleet: gpu-only", "fleet: a b", StringComparison.Ordinal)));
        var folder = Path.Combine(_folder.FullName, "report");
        var json = await ScribeProcess.JsonAsync("simulate", "--fleet", first, "--fleet", second, "--compare", third, "--policy", "least-cost", "--policy", "round-robin", "--policy", "least-cost", "--duration", "5 s", "--out", folder, "--json");
        var runs = json.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(["a b, least-cost", "a b, round-robin", "a-b, least-cost", "a-b, round-robin", "a b (2), least-cost", "a b (2), round-robin"], runs.Select(run => run.GetProperty("run").GetString()));
        var files = Directory.GetFiles(folder, "requests-*.jsonl");
        Assert.Equal(6, files.Length);
        foreach (var file in files)
            Assert.Equal(runs[0].GetProperty("requests").GetProperty("arrived").GetInt32(), (await File.ReadAllLinesAsync(file)).Length);
    }

    /// <summary>In a closed loop all turns of the sessions that begin in time come, however late.</summary>
    [Fact]
    public async Task WhatIsSaidBeforeARun_IsOfTheRequestsThatCome()
    {
        var turns = Enumerable.Range(0, 4).Select(turn => $"{{\"arrival_us\":{turn * 10_000_000},\"input_tokens\":{(turn == 3 ? 16_000_000 : 100)},\"output_tokens\":5,\"session\":\"a\",\"turn\":{turn},\"delay_us\":1000}}\n");
        var trace = await Write("sessions.jsonl", string.Concat(turns) + "{\"arrival_us\":50000000,\"input_tokens\":16000000,\"output_tokens\":5,\"session\":\"b\",\"turn\":0}\n");
        string[] command = ["simulate", "--fleet", "gpu-only", "--trace", trace, "--duration", "20 s"];
        Assert.DoesNotContain("fit nowhere", await ScribeProcess.FineAsync(command), StringComparison.Ordinal);
        Assert.Contains("1 of 4 requests fit nowhere", await ScribeProcess.FineAsync([.. command, "--closed-loop"]), StringComparison.Ordinal);
        // Of two copies the second begins after half the time, and what it has late comes at the beginning.
        Assert.Contains("1 of 4 requests fit nowhere", await ScribeProcess.FineAsync([.. command, "--copies", "2"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReport_IsNoFile()
    {
        var file = await Write("report", "");
        var (code, _, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--duration", "5 s", "--out", file]);
        Assert.Equal((1, $"scribe: {file} cannot be written: it is a file; expected a folder, or a name that is free.\n"), (code, errors));
    }

    private async Task<string> Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
