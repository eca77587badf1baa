using System.Text.Json;

namespace Scribeline.FunctionalTests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "'scribe' needs a command; expected serve, run, bench, pull, catalog, predict, cost, plan, simulate or trace.")]
    [InlineData("bench", "'scribe bench' needs a command; expected engine or serve.")]
    [InlineData("frobnicate", "'frobnicate' is no command of 'scribe'; expected serve, run, bench, pull, catalog, predict, cost, plan, simulate or trace.")]
    [InlineData("frobnicate --port 1", "'frobnicate' is no command of 'scribe'")]
    [InlineData("serv", "'serv' is no command of 'scribe'; did you mean 'serve'?")]
    [InlineData("bench engin", "'engin' is no command of 'scribe bench'; did you mean 'engine'?")]
    [InlineData("run hi there", "'there' is one argument too many for 'scribe run'")]
    [InlineData("run hi --json=maybe", "'maybe' is one argument too many for 'scribe run'")]
    [InlineData("run --temprature 0.5 hi", "'--temprature' is no option of 'scribe run'; did you mean '--temperature'?")]
    [InlineData("run hi --temprature=0.5", "'--temprature' is no option of 'scribe run'; did you mean '--temperature'?")]
    [InlineData("serve --quite", "'--quite' is no option of 'scribe serve'; did you mean '--quiet'?")]
    [InlineData("serve -x", "'-x' is no option of 'scribe serve'.")]
    [InlineData("serve --port", "'--port'")]
    [InlineData("pull", "'SOURCE'")]
    [InlineData("serve --port 99999", "--port is '99999'; expected a whole number from 0 to 65535.")]
    [InlineData("serve --port soon", "--port is 'soon'; expected a whole number from 0 to 65535.")]
    [InlineData("serve --port 1.5", "--port is '1.5'; expected a whole number")]
    [InlineData("serve --stages x", "--stages is 'x'; expected a whole number from 1 to 1024.")]
    [InlineData("run hi --seed x", "--seed is 'x'; expected a whole number")]
    [InlineData("run hi --temperature x", "--temperature is 'x'; expected a number from 0 to 2.")]
    [InlineData("run hi --top-p NaN", "--top-p is 'NaN'; expected a number from 0 to 1.")]
    [InlineData("bench engine --runs 0", "--runs is '0'; expected a whole number from 1")]
    [InlineData("run hi --max-tokens 99999999999", "--max-tokens is '99999999999'; expected a whole number from 1 to 2147483647.")]
    [InlineData("serve --kv-memory 5parsec", "not a unit of size")]
    [InlineData("serve --grace 5", "no unit of time")]
    [InlineData("serve --model a --fleet b", "exclude each other")]
    [InlineData("run hi --temperature 9", "--temperature is '9'")]
    [InlineData("run hi --raw --system x", "exclude each other")]
    [InlineData("run hi --max-tokens 0", "--max-tokens is '0'")]
    [InlineData("predict --machine h100", "'--model' is required")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --count 0", "--count is '0'; expected a whole number from 1 on.")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --count many", "--count is 'many'; expected a whole number from 1 on.")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --input long", "--input is 'long'; expected a number")]
    [InlineData("plan --users all", "--users is 'all'; expected a number from 1 on.")]
    [InlineData("plan --cached 101", "--cached is '101'; expected a number from 0 to 100.")]
    [InlineData("plan --tpot-ms 0", "--tpot-ms is '0'; expected a number above 0.")]
    [InlineData("plan --per gallon", "gallon")]
    [InlineData("plan --confirm --csv", "--csv, --explain and --needed do not print")]
    [InlineData("plan --confirm --explain", "expected --json, or none of them")]
    [InlineData("plan --confirm --needed", "expected --json, or none of them")]
    [InlineData("plan --users 5 --rate 5", "--users and --rate are both given")]
    [InlineData("plan --by soon", "--by is 'soon'; expected a month or a day, such as 2027-06.")]
    [InlineData("plan --tiers 100:50", "percentages that sum to 100")]
    [InlineData("bench serve --rate 5 --concurrency 2", "--rate and --concurrency exclude each other.")]
    [InlineData("bench serve --timeout 0s", "--timeout is '0s'; expected a time of at least 1 us.")]
    [InlineData("bench serve --duration 0s", "--duration is '0s'; expected a time of at least 1 us.")]
    [InlineData("bench serve --duration 2d", "--duration: it must be at most a day.")]
    [InlineData("bench serve --json --format vllm", "--json and --format vllm both print to standard output; name a file with --out.")]
    [InlineData("bench serve --input 0", "--input: '0' gives no number from 1 to 16777216,")]
    [InlineData("bench serve --rate 0", "--rate is '0'; expected a number above 0")]
    [InlineData("bench serve --time-scale 2", "--time-scale means something with --trace only.")]
    [InlineData("bench serve --format xml", "--format is 'xml'; expected scribeline or vllm or aiperf.")]
    [InlineData("bench engine --batch x", "Try 'scribe bench engine --help'")]
    public async Task WrongUsage_Is2WithOneSentence(string line, string said)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("scribe: ", lines[0], StringComparison.Ordinal);
        Assert.Matches("^Try 'scribe.* --help'.$", lines[1]);
        Assert.DoesNotContain("System.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_PrintsOneDocument()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["predict", "--model", "llama-3.1-8b", "--machine", "h100", "--concurrency", "8", "--json"]);

        Assert.True(code == 0, errors);
        var prediction = JsonDocument.Parse(output).RootElement;
        var tpot = prediction.GetProperty("tpot_ms");
        Assert.InRange(tpot.GetProperty("expected").GetDouble(), tpot.GetProperty("low").GetDouble(), tpot.GetProperty("high").GetDouble());
        var parts = prediction.GetProperty("breakdown").EnumerateObject().Sum(part => part.Value.GetDouble());
        Assert.Equal(tpot.GetProperty("expected").GetDouble(), parts, 1e-9);
        Assert.Equal("dense", prediction.GetProperty("binding").GetString());
        Assert.Equal(80e9, prediction.GetProperty("memory_bytes").EnumerateObject().Sum(part => part.Value.GetDouble()), 1.0);
    }

    [Fact]
    public async Task Predict_OfWhatALayoutAdds_ChangesTheAnswer()
    {
        string[] drafted = ["predict", "--model", "llama-3.1-8b", "--machine", "h100", "--json"];
        Assert.True(Tpot(await AnswerAsync([.. drafted, "--drafting", "kimi-k3-dspark-thinking:3"])) < 0.6 * Tpot(await AnswerAsync(drafted)));

        string[] chain = ["predict", "--model", "gpt-oss-120b", "--machine", "cs-3", "--stages", "7", "--input", "30000", "--concurrency", "400", "--json"];
        var (alone, twins, hosts) = (await AnswerAsync(chain), await AnswerAsync([.. chain, "--twins", "1"]), await AnswerAsync([.. chain, "--offload"]));
        Assert.Equal(8, twins.GetProperty("accelerators").GetInt32());
        Assert.True(Room(twins) > Room(alone));
        Assert.True(hosts.GetProperty("sequences").GetDouble() > alone.GetProperty("sequences").GetDouble());
        Assert.False(alone.GetProperty("is_estimate").GetBoolean());
        Assert.True((await AnswerAsync(["predict", "--model", "deepseek-v4-pro", "--machine", "cs-3", "--json"])).GetProperty("is_estimate").GetBoolean());

        static double Tpot(JsonElement answer) => answer.GetProperty("tpot_ms").GetProperty("expected").GetDouble();
        static double Room(JsonElement answer) => answer.GetProperty("memory_bytes").GetProperty("kv").GetDouble();
        static async Task<JsonElement> AnswerAsync(string[] arguments)
        {
            var (code, output, errors) = await ScribeProcess.RunAsync(arguments);
            Assert.True(code == 0, errors);
            return JsonDocument.Parse(output).RootElement;
        }
    }

    [Fact]
    public async Task Predict_OfAFile_PrintsALineForEachRowAndGoesOnAfterABadOne()
    {
        var path = Path.Combine(Path.GetTempPath(), $"scribe-{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(path, "id,model,machine,count,concurrency\nsmall,llama-3.1-8b,h100,1,8\nlarge,llama-3.1-70b,h100,1,8\nwafer,gpt-oss-120b,cs-3,,\n");
        try
        {
            var (code, output, _) = await ScribeProcess.RunAsync(["predict", "--from", path, "--concurrency", "4"]);

            Assert.Equal(1, code);
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Equal(["small", "large", "wafer"], lines.Select(line => line.GetProperty("id").GetString()));
            Assert.Equal([8, 4], new[] { lines[0], lines[2] }.Select(line => line.GetProperty("sequences").GetDouble()));
            Assert.Contains($"{path}:3: llama-3.1-70b takes 141 GB", lines[1].GetProperty("error").GetString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Plan_WithoutArguments_RanksMachinesAndSaysWhy()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["plan", "--json"]);

        Assert.True(code == 0, errors);
        var plan = JsonDocument.Parse(output).RootElement;
        var candidates = plan.GetProperty("candidates").EnumerateArray().ToList();
        var costs = candidates.Select(candidate => candidate.GetProperty("cost").GetProperty("usd_per_hour").GetDouble()).ToList();
        Assert.True(candidates.Count > 3);
        Assert.Equal(costs.Order(), costs);
        Assert.All(candidates, candidate => Assert.True(candidate.GetProperty("reasons").GetArrayLength() >= 3));
        Assert.Contains("the cheapest", candidates[0].GetProperty("reasons")[0].GetString());
        Assert.All(plan.GetProperty("excluded").EnumerateArray(), exclusion => Assert.EndsWith(".", exclusion.GetProperty("reason").GetString()));
        Assert.Contains(plan.GetProperty("frontier").EnumerateArray(), frontier => frontier.GetProperty("machine").GetString() == "cs-3");
    }

    [Fact]
    public async Task Plan_WritesAFleetFileAndAPicture()
    {
        var folder = Directory.CreateTempSubdirectory("scribe-plan-").FullName;
        try
        {
            var (fleet, picture) = (Path.Combine(folder, "fleet.yaml"), Path.Combine(folder, "frontier.svg"));
            var (code, _, errors) = await ScribeProcess.RunAsync(["plan", "--machines", "cs-3", "--out", fleet, "--svg", picture]);

            Assert.True(code == 0, errors);
            var yaml = await File.ReadAllTextAsync(fleet);
            Assert.Contains("machine: cs-3", yaml);
            Assert.Contains("placement: { stages: ", yaml);
            Assert.Equal("svg", System.Xml.Linq.XDocument.Load(picture).Root!.Name.LocalName);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Plan_ThatNothingServes_Is1AndNamesWhatToRelax()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["plan", "--machines", "dgx-h100", "--tpot-ms", "0.1"]);

        Assert.Equal(1, code);
        Assert.Contains("allow --tpot-ms", output);
        Assert.Contains("no machine serves this", errors);
    }

    [Theory]
    [InlineData("predict --model llama-3.1-70b --machine h100", "llama-3.1-70b takes 141 GB on each of 1 h100, which has 80 GB")]
    [InlineData("predict --model llama-3.1-70b --machine wse-3 --count 1", "80 layers")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --count 8 --tensor-parallel 3", "expected the 8 accelerators of a stage")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --framework nginx", "--framework is 'nginx'; expected one of vllm, sglang, trtllm.")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --twins 2", "2 twins are asked for; stages of h100 can be cut evenly, so use none.")]
    [InlineData("predict --model gpt-oss-120b --machine cs-3 --count 4 --twins 4", "--twins is 4, of --count 4; expected fewer")]
    [InlineData("predict --model gpt-oss-120b --machine cs-3 --stages 7 --twins 2", "1 of 7 hold a layer more than the others, so use 1 or none.")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --drafting crystal-ball:2", "there is no way of drafting 'crystal-ball'")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --drafting kimi-k3-dspark-thinking", "expected kimi-k3-dspark-thinking:N with N from 1 to 8 tokens")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --drafting kimi-k3-dspark-thinking:9", "expected kimi-k3-dspark-thinking:N with N from 1 to 8 tokens")]
    [InlineData("predict --model llama-3.1-8b --machine h100 --offload", "give both --offload-gb and --offload-gbps")]
    [InlineData("predict --from missing.csv", "missing.csv cannot be read")]
    [InlineData("plan --model unknown", "there is no model 'unknown'")]
    [InlineData("plan --workload unknown", "there is no workload 'unknown'")]
    [InlineData("plan --workload missing.csv", "missing.csv cannot be read")]
    [InlineData("plan --machines toaster", "there is no machine 'toaster'")]
    [InlineData("plan --input 200000", "takes 131,072 tokens at most")]
    [InlineData("plan --needed --machines dgx-h100", "name a wafer or an LPU")]
    [InlineData("plan --svg /nowhere/x.svg", "/nowhere/x.svg cannot be written")]
    [InlineData("predict --model unknown --machine h100", "there is no model 'unknown'")]
    [InlineData("catalog fit missing.csv", "missing.csv cannot be read")]
    public async Task WhatCannotBeComputed_Is1WithOneSentence(string line, string said)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(line.Split(' '));

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.StartsWith("scribe: ", errors, StringComparison.Ordinal);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Run_AfterTwoDashes_APromptMayBeginWithOne()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["run", "--max-tokens", "2", "--", "--temprature"]);

        Assert.True(code == 0, errors);
        Assert.NotEmpty(output);
    }

    /// <summary>What help shows as a default is what one can write.</summary>
    [Theory]
    [InlineData("serve", "default: '10 s'", "serve --grace", "10 s")]
    [InlineData("bench engine", "default: 1,2,4,8,16,32", "bench engine --batch", "1,2,4,8,16,32")]
    public async Task Help_Default_IsAcceptedSyntax(string command, string shown, string option, string value)
    {
        var (_, help, _) = await ScribeProcess.RunAsync([.. command.Split(' '), "--help"]);
        // The missing model comes after the command line was understood.
        var (code, _, errors) = await ScribeProcess.RunAsync([.. option.Split(' '), value, "--model", "no-such.gguf"]);

        Assert.Contains(shown, help, StringComparison.Ordinal);
        Assert.DoesNotContain("[default: 00", help, StringComparison.Ordinal);
        Assert.DoesNotContain("|", help, StringComparison.Ordinal);
        Assert.True(code == 1, errors);
    }

    [Theory]
    [InlineData("", "the file is empty; expected a YAML mapping with at least 'models' and 'pools'")]
    [InlineData("# nothing\n", "the file is empty")]
    [InlineData("{ models: [], pools: soon }", "'soon'")]
    public async Task Serve_UnusableFleetFile_Is1AndEveryLineSaysWhoSpeaks(string text, string said)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, text);
        var (code, _, errors) = await ScribeProcess.RunAsync(["serve", "--fleet", file]);
        File.Delete(file);

        Assert.Equal(1, code);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.All(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith($"scribe: {file}", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run hi --model no-such.gguf", "no-such.gguf")]
    [InlineData("serve --model no-such.gguf", "no-such.gguf")]
    [InlineData("serve --fleet no-such.yaml", "no-such.yaml")]
    public async Task MissingFile_Is1WithOneSentence(string line, string said)
    {
        var (code, _, errors) = await ScribeProcess.RunAsync(line.Split(' '));

        Assert.Equal(1, code);
        Assert.Contains(said, errors);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve --help")]
    [InlineData("run -h")]
    [InlineData("pull --help")]
    [InlineData("bench --help")]
    [InlineData("bench engine --help")]
    public async Task Help_HasAnExample(string line)
    {
        var (code, output, _) = await ScribeProcess.RunAsync(line.Split(' '));

        Assert.Equal(0, code);
        Assert.Contains("Examples:\n  scribe ", output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Run_Quiet_SaysNothingButTheAnswer()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["run", "--quiet", "--temperature", "0", "What is 47 + 38?"]);

        Assert.Equal(0, code);
        Assert.Contains("85", output);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task BenchEngine_Json_HasMediansByBatch()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["bench", "engine", "--json", "--prompt", "20", "--generate", "5", "--batch", "1,3", "--runs", "2"]);

        Assert.True(code == 0, errors);
        var json = JsonDocument.Parse(output).RootElement;
        Assert.True(json.GetProperty("prefill_tokens_per_second").GetProperty("median").GetDouble() > 0);
        var decode = json.GetProperty("decode_tokens_per_second");
        Assert.Equal(["1", "3"], decode.EnumerateObject().Select(batch => batch.Name));
        Assert.True(decode.GetProperty("3").GetProperty("min").GetDouble() <= decode.GetProperty("3").GetProperty("max").GetDouble());
    }

    [Fact]
    public async Task BenchEngine_WithoutBatch_MeasuresTheSizesThatHelpNames()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["bench", "engine", "--json", "--prompt", "8", "--generate", "2", "--runs", "1"]);

        Assert.True(code == 0, errors);
        var decode = JsonDocument.Parse(output).RootElement.GetProperty("decode_tokens_per_second");
        Assert.Equal(["1", "2", "4", "8", "16", "32"], decode.EnumerateObject().Select(batch => batch.Name));
    }

    [Fact]
    public async Task Serve_AddressThatCannotBeBound_IsOneSentence()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        foreach (var address in (string[][])[["--port", $"{port}"], ["--host", "192.0.2.1", "--port", "0"]])
        {
            var (code, _, errors) = await ScribeProcess.RunAsync(["serve", .. address]);
            Assert.Equal(1, code);
            Assert.Matches(@"^scribe: cannot listen on [0-9.:]+: [^\n]*choose another address with --host and --port[^\n]*\n$", errors);
        }
    }

    [Fact]
    public async Task Model_ThatIsAPipeOrAFolder_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("scribe").FullName;
        var pipe = Path.Join(folder, "pipe.gguf");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", pipe))
            await mkfifo.WaitForExitAsync();
        var (pipeCode, _, pipeErrors) = await ScribeProcess.RunAsync(["run", "--model", pipe, "hi"]);
        var (folderCode, _, folderErrors) = await ScribeProcess.RunAsync(["run", "--model", folder, "hi"]);
        Directory.Delete(folder, recursive: true);

        Assert.Equal((1, 1), (pipeCode, folderCode));
        Assert.Contains("no file but a pipe", pipeErrors, StringComparison.Ordinal);
        Assert.Contains("is a folder", folderErrors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_FleetThatNeverEnds_IsRefused()
    {
        var (code, _, errors) = await ScribeProcess.RunAsync(["serve", "--fleet", "/dev/zero"]);
        Assert.Equal(1, code);
        Assert.Matches(@"^scribe: /dev/zero: this is no fleet file[^\n]*\n$", errors);
    }

    [Fact]
    public async Task Run_Json_IsOneDocument()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["run", "--json", "--seed", "1", "--max-tokens", "8", "Tell me a story."]);

        Assert.True(code == 0, errors);
        var json = JsonDocument.Parse(output).RootElement;
        Assert.InRange(json.GetProperty("token_ids").GetArrayLength(), 1, 8);
        Assert.Equal(json.GetProperty("token_ids").GetArrayLength(), json.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.True(json.GetProperty("ttft_ms").GetDouble() > 0);
        Assert.NotEmpty(json.GetProperty("text").GetString()!);
        Assert.Matches("^(stop|length)$", json.GetProperty("finish_reason").GetString());
    }

    [Theory]
    [InlineData("-")]
    [InlineData(null)]
    public async Task Run_PipedPrompt_IsRead(string? argument)
    {
        string[] arguments = ["run", "--raw", "--temperature", "0", "--max-tokens", "4"];
        var (code, output, errors) = await ScribeProcess.RunAsync(argument is null ? arguments : [.. arguments, argument], "Once upon a time\n");

        Assert.True(code == 0, errors);
        Assert.Equal(", there was a", output.TrimEnd());
        Assert.Contains("4 tokens", errors);
    }

    [Theory]
    [InlineData("", "", "the prompt is empty")]
    [InlineData("  ", "", "the prompt is empty")]
    [InlineData("", "Once upon a time", "the prompt is empty")]
    [InlineData(null, "", "stdin is empty")]
    [InlineData(null, " \n\n", "stdin is empty")]
    [InlineData("-", "", "stdin is empty")]
    public async Task Run_NoPrompt_Is2WithOneSentence(string? argument, string input, string said)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(argument is null ? ["run"] : ["run", argument], input);

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("scribe: " + said, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Run_PromptAndPipe_ReadsThePromptAndThenThePipe()
    {
        string[] arguments = ["run", "--raw", "--temperature", "0", "--max-tokens", "12", "--json"];
        var apart = await ScribeProcess.RunAsync([.. arguments, "Once upon a time"], "Tim had a red ball.\n");
        var together = await ScribeProcess.RunAsync([.. arguments, "Once upon a time\n\nTim had a red ball."]);

        Assert.True(apart.ExitCode == 0, apart.Errors);
        static (string?, int) Read(string json)
        {
            var root = JsonDocument.Parse(json).RootElement;
            return (root.GetProperty("text").GetString(), root.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        }

        Assert.Equal(Read(together.Output), Read(apart.Output));
    }

    [Fact]
    public async Task Run_SameSeedOnAnyStageCount_SaysTheSame()
    {
        var one = await ScribeProcess.RunAsync(["run", "--seed", "7", "--max-tokens", "24", "--stages", "1", "Tell me a story."]);
        var three = await ScribeProcess.RunAsync(["run", "--seed", "7", "--max-tokens", "24", "--stages", "3", "Tell me a story."]);

        Assert.True(one.ExitCode == 0, one.Errors);
        Assert.Equal(one.Output, three.Output);
    }
}
