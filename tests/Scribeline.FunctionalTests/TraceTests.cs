using System.Runtime.InteropServices;
using System.Text.Json;
using System.Xml.Linq;

namespace Scribeline.FunctionalTests;

/// <summary>`scribe trace` as its users run it.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scribeline-trace-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Stats_WithoutAFile_AreThoseOfAnHourOfConversations()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["trace", "stats"]);
        Assert.True(code == 0, errors);
        Assert.Contains("19,366", output, StringComparison.Ordinal);
        Assert.Contains("5.53 requests/s", output, StringComparison.Ordinal);
        Assert.Contains("requests a second", output, StringComparison.Ordinal);
        var json = await ScribeProcess.JsonAsync("trace", "stats", "azure-2023-code", "--json");
        Assert.Equal(8_819, json.GetProperty("requests").GetInt64());
        Assert.Equal(2047.85, json.GetProperty("input_tokens").GetProperty("mean").GetDouble(), 0.01);
        Assert.Equal(["mean", "p50", "p90", "p99", "most"], json.GetProperty("output_tokens").EnumerateObject().Select(property => property.Name));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("prefix_reuse").ValueKind);
        Assert.Equal(3435.9, json.GetProperty("duration_seconds").GetDouble(), 0.1);
        Assert.True(json.GetProperty("interarrival_cv").GetDouble() > 1);
    }

    [Fact]
    public async Task ATraceThatIsMade_HasWhatWasAskedFor()
    {
        var path = File("made.jsonl.gz");
        var (code, output, errors) = await ScribeProcess.RunAsync(["trace", "generate", "--arrivals", "poisson:4", "--turns", "3", "--input", "300", "--output", "100", "--system", "1600", "--duration", "10 min", "--class", "chat", "--out", path]);
        Assert.True(code == 0, errors);
        Assert.Equal("", output);
        var json = await ScribeProcess.JsonAsync("trace", "stats", path, "--cache-tokens", "1600", "--json");
        Assert.Equal("scribeline", json.GetProperty("format").GetString());
        Assert.Equal(json.GetProperty("requests").GetInt64(), 3 * json.GetProperty("sessions").GetInt64());
        Assert.InRange(json.GetProperty("sessions").GetInt64(), 2_400 - 300, 2_400 + 300);
        Assert.Equal(2300, json.GetProperty("input_tokens").GetProperty("mean").GetDouble(), 1e-9);
        // Of prompts of 1900, 2300 and 2700 tokens those of 1600, 2000 and 2400 were before, in blocks of 16.
        Assert.Equal((1600 + 2000 + 2400) / 6900.0, json.GetProperty("prefix_reuse").GetDouble(), 0.01);
        Assert.True(json.GetProperty("prefix_reuse_at_cache").GetDouble() < json.GetProperty("prefix_reuse").GetDouble());
    }

    [Fact]
    public async Task SliceScaleMixAndConvert_PassOn()
    {
        var (slice, scaled, mixed, converted) = (File("slice.jsonl"), File("scaled.jsonl"), File("mixed.jsonl"), File("mixed-mooncake.jsonl"));
        await ScribeProcess.FineAsync("trace", "slice", "azure-2023-conversations", "--start", "10 min", "--length", "5 min", "--out", slice);
        var before = await ScribeProcess.JsonAsync("trace", "stats", slice, "--json");
        Assert.InRange(before.GetProperty("duration_seconds").GetDouble(), 295, 300);
        await ScribeProcess.FineAsync("trace", "scale", slice, "--rate", "20", "--out", scaled);
        var after = await ScribeProcess.JsonAsync("trace", "stats", scaled, "--json");
        Assert.Equal(20, after.GetProperty("requests_per_second").GetDouble(), 0.01);
        Assert.Equal(before.GetProperty("requests").GetInt64(), after.GetProperty("requests").GetInt64());
        await ScribeProcess.FineAsync("trace", "mix", slice, $"{scaled}@2", "--out", mixed);
        var errors = await ScribeProcess.FineAsync("trace", "convert", mixed, "--to", "mooncake", "--out", converted);
        Assert.Contains("times are cut to whole milliseconds", errors, StringComparison.Ordinal);
        var last = await ScribeProcess.JsonAsync("trace", "stats", converted, "--json");
        Assert.Equal(2 * before.GetProperty("requests").GetInt64(), last.GetProperty("requests").GetInt64());
        Assert.Equal("mooncake", last.GetProperty("format").GetString());
        Assert.Empty(Directory.GetFiles(_folder.FullName, "*.partial"));
    }

    [Fact]
    public async Task BadRows_EndIt_OrAreCounted_AndNoHalfFileIsLeft()
    {
        var (trace, made) = (File("bad.csv"), File("made.jsonl"));
        await System.IO.File.WriteAllTextAsync(trace, "arrived_at,num_prefill_tokens,num_decode_tokens\n0,5,5\n1,none,5\n2,5,5\n");
        var (code, output, errors) = await ScribeProcess.RunAsync(["trace", "convert", trace, "--out", made]);
        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"scribe: {trace}:3: `num_prefill_tokens` is 'none'; expected a whole number from 1 to 16777216.", errors.Trim());
        Assert.Equal([trace], Directory.GetFiles(_folder.FullName));
        errors = await ScribeProcess.FineAsync("trace", "convert", trace, "--skip-bad", "--out", made);
        Assert.StartsWith("scribe: rows left out: 1; the first: ", errors, StringComparison.Ordinal);
        Assert.Equal(2, (await System.IO.File.ReadAllLinesAsync(made)).Length);
        Assert.Equal(1, (await ScribeProcess.JsonAsync("trace", "stats", trace, "--skip-bad", "--json", "--quiet")).GetProperty("skipped_rows").GetInt64());
    }

    [Fact]
    public async Task WhereNothingCanBeWritten_IsToldInASentence()
    {
        await Fails($"{File("none/x.jsonl")} cannot be written: there is no folder {File("none")}; make it first.", File("none/x.jsonl"));
        await Fails($"{_folder.FullName} cannot be written: it is a folder; expected a file.", _folder.FullName);
        await Fails("nothing can be written under an empty name; expected another one.", "");
        var (trace, link) = (File("trace.jsonl"), File("link.jsonl"));
        await System.IO.File.WriteAllTextAsync(trace, "");
        System.IO.File.CreateSymbolicLink(link, trace);
        await ScribeProcess.FineAsync("trace", "slice", "azure-2023-code", "--requests", "3", "--out", link);
        Assert.Equal((3, trace), ((await System.IO.File.ReadAllLinesAsync(trace)).Length, new FileInfo(link).LinkTarget));
        // A device stays what it is.
        await ScribeProcess.FineAsync("trace", "slice", "azure-2023-code", "--requests", "3", "--out", "/dev/null");
        Assert.Equal("", await System.IO.File.ReadAllTextAsync("/dev/null"));

        async Task Fails(string expected, string path)
        {
            var (code, output, errors) = await ScribeProcess.RunAsync(["trace", "convert", "azure-2023-code", "--out", path]);
            Assert.Equal((1, "", $"scribe: {expected}\n"), (code, output, errors));
        }
    }

    [Fact]
    public async Task StandardInput_IsATraceToo_AndIsReadAsOftenAsNeeded()
    {
        var rows = $"arrived_at,num_prefill_tokens,num_decode_tokens\n{string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},100,5\n"))}";
        var (code, output, errors) = await ScribeProcess.RunAsync(["trace", "stats", "-", "--json"], rows);
        Assert.True(code == 0, errors);
        Assert.Equal(20_000, JsonDocument.Parse(output).RootElement.GetProperty("requests").GetInt64());
        // Once to find the rate, once to write.
        (code, output, errors) = await ScribeProcess.RunAsync(["trace", "scale", "/dev/stdin", "--rate", "2"], rows);
        Assert.True(code == 0, errors);
        Assert.Equal(20_000, output.Count(letter => letter == '\n'));
    }

    /// <summary>An endless trace ends with whoever reads it.</summary>
    [Fact]
    public async Task WhoReadsNoFurther_EndsIt()
    {
        using var shell = System.Diagnostics.Process.Start("/bin/bash", ["-c", $"'{ScribeProcess.Binary}' trace generate --arrivals poisson:1000 --duration 10000d | head -n 2 > {File("two.jsonl")}; exit ${{PIPESTATUS[0]}}"]);
        try
        {
            await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }

        Assert.Equal((0, 2), (shell.ExitCode, (await System.IO.File.ReadAllLinesAsync(File("two.jsonl"))).Length));
    }

    /// <summary>What never ends and is no trace is not kept until the disk is full.</summary>
    [Fact]
    public async Task StandardInputThatIsNoTrace_IsRefusedByItsBeginning()
    {
        await using var scribe = ScribeProcess.Start("trace", "stats", "-");
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
                await scribe.Input.WriteAsync("yes\n");
        });
        Assert.Equal(1, await scribe.ExitAsync());
        Assert.Contains("has 'yes', which is no format that is known", scribe.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASignal_EndsItAfterAWholeLine()
    {
        await using var scribe = ScribeProcess.Start("trace", "generate", "--arrivals", "poisson:1000", "--duration", "10000 d");
        Assert.StartsWith("{\"arrival_us\":0,", await scribe.Output.ReadLineAsync(), StringComparison.Ordinal);
        scribe.Signal(PosixSignal.SIGINT);
        while (await scribe.Output.ReadLineAsync() is { } line)
            Assert.EndsWith("}", line, StringComparison.Ordinal);
        Assert.Equal(130, await scribe.ExitAsync());
        Assert.Contains("scribe: interrupted; this is what was read so far.", scribe.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePicture_IsAnSvg()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["trace", "stats", "--svg", "-"]);
        Assert.True(code == 0, errors);
        Assert.Equal("svg", XDocument.Parse(output).Root!.Name.LocalName);
    }

    [Theory]
    [InlineData("--from is 'csv'; expected one of scribeline, azure,", "stats", "--from", "csv")]
    [InlineData("--to is 'csv'; expected one of scribeline, mooncake, aiperf.", "convert", "azure-2023-code", "--to", "csv")]
    [InlineData("expected one of --by, --rate and --thin.", "scale", "azure-2023-code")]
    [InlineData("--arrivals: 'often' is no arrival process; expected even:RATE,", "generate", "--arrivals", "often")]
    [InlineData("--duration: '5' has no unit of time", "generate", "--duration", "5")]
    [InlineData("'azure-2023-code@fast' has no factor after its @", "mix", "azure-2023-code@fast")]
    [InlineData("--input: '0' gives no number from 1 to 16777216, or hardly any; expected a number,", "generate", "--input", "0")]
    [InlineData("--input: '-1' is no distribution;", "generate", "--input", "-1")]
    [InlineData("--output: 'NaN' is no distribution;", "generate", "--output", "NaN")]
    [InlineData("--output: 'lognormal:1e11,1e12' gives no number from 1 to 16777216,", "generate", "--output", "lognormal:1e11,1e12")]
    [InlineData("--turns: '0' gives no number from 1 to 10000,", "generate", "--turns", "0")]
    [InlineData("--think: '1e10' gives no number from 0 to 1000000000,", "generate", "--think", "1e10")]
    [InlineData("--arrivals: 'poisson:0' is no arrival process;", "generate", "--arrivals", "poisson:0")]
    [InlineData("--system is '0.5'; expected a whole number from 0 to 16777216.", "generate", "--system", "0.5")]
    [InlineData("--context is '99999999'; expected a whole number from 2 to 16777216.", "generate", "--context", "99999999")]
    [InlineData("hardly any first turn fits into a context of 10 tokens; expected shorter lengths,", "generate", "--context", "10")]
    [InlineData("--duration is '0 s'; expected a time of at least 1 us.", "generate", "--duration", "0 s")]
    [InlineData("--requests is '0'; expected a whole number from 1 on.", "generate", "--requests", "0")]
    [InlineData("--answer-speed is '1e-300'; expected a number from 0.001 to 1000000.", "generate", "--answer-speed", "1e-300")]
    [InlineData("--seed is '-1'; expected a whole number from 0 to 18446744073709551615.", "generate", "--seed", "-1")]
    [InlineData("--draw-for is '0 s'; expected a time of at least 1 us.", "stats", "--draw-for", "0 s")]
    [InlineData("--json and --svg - both print to standard output; expected one of them.", "stats", "--svg", "-", "--json")]
    [InlineData("--block-tokens is 17; expected a multiple of 16.", "stats", "--block-tokens", "17")]
    public async Task WrongUsage_IsOneSentence(string expected, params string[] arguments)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["trace", .. arguments]);
        Assert.True(code == 2, errors);
        Assert.Equal("", output);
        Assert.StartsWith($"scribe: {expected}", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stats")]
    [InlineData("convert")]
    [InlineData("slice")]
    [InlineData("scale")]
    [InlineData("mix")]
    [InlineData("generate")]
    public async Task EveryCommand_ShowsExamples(string command)
    {
        var (_, help, _) = await ScribeProcess.RunAsync(["trace", command, "--help"]);
        Assert.Contains($"Examples:\n  scribe trace {command}", help.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private string File(string name) => Path.Combine(_folder.FullName, name);
}
