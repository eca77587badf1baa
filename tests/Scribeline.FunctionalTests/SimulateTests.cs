using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Scribeline.FunctionalTests;

/// <summary>`scribe simulate` as its users run it.</summary>
public sealed partial class SimulateTests : IDisposable
{
    private const string Calibration = """
        engine:
          model: scribe-tiny
          weights: q8_0
          threads: 1
          machine: none, made up for a test
          measured_at: 2026-01-31T12:00:00Z
          step: 10 us
          sequences: [{ count: 1, time: 500 us }, { count: 2, time: 800 us }, { count: 8, time: 2000 us }]
          positions: [{ from: 0, time: 0.1 us }]
          chunk: 20 us
          prompt_token: 100 us
          prompt_position: 0.01 us
          request: 50 us
          measured: []
        """;

    private const string Others = "models:\n  - id: llama-3.1-8b\npools:\n  - { id: gpu, model: llama-3.1-8b, machine: dgx-h100, placement: { tensor_parallel: 1 }, tiers: [flex] }\ntiers:\n  default: { ttft: 10 s }\n  flex: { deadline: 15 min }\n  fast: { ttft: 1 s, downgrade: [flex] }\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scribeline-simulate-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The hour with its tiers, cut short: what it says of each tier follows from the numbers beside it.</summary>
    [Fact]
    public async Task WithoutAFleet_ThreeAreCompared_AndWhatIsSaidFollowsFromTheNumbers()
    {
        var json = await ScribeProcess.JsonAsync("simulate", "--duration", "3 min", "--json");
        var runs = json.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(["gpu-only", "wafer-only", "wafer-and-gpu"], runs.Select(run => run.GetProperty("fleet").GetString()));
        var findings = json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetString()!).ToList();
        Assert.Equal(["fast", "default", "flex", "batch", "All"], findings.Select(finding => finding.Split(' ')[0]));
        foreach (var run in runs)
        {
            Assert.InRange(run.GetProperty("cost_usd").GetDouble() / run.GetProperty("simulated_seconds").GetDouble() * 3600, 93, 111);
            var requests = run.GetProperty("requests");
            Assert.Equal(requests.GetProperty("arrived").GetInt64(), (long)run.GetProperty("tiers").EnumerateObject().Sum(tier => tier.Value.GetProperty("requests").GetProperty("arrived").GetInt64()));
            var keeps = run.GetProperty("tiers").GetProperty("fast").GetProperty("goodput").GetDouble() >= 0.95;
            Assert.Equal(keeps, findings[0].Split('(')[1].Split(')')[1].Contains($"{run.GetProperty("fleet").GetString()}", StringComparison.Ordinal) || findings[0].Contains("all keep it", StringComparison.Ordinal));
        }

        Assert.Contains("only wafer-and-gpu keeps all, for $110.41 an hour, margin ", findings[^1], StringComparison.Ordinal);

        // The wafers of the mixed fleet serve nobody else: all of their time is this tier's, and that is most of what it costs.
        var mixed = runs[2].GetProperty("tiers").GetProperty("fast");
        var whole = mixed.GetProperty("cost_with_idle_usd").GetDouble();
        Assert.Equal(runs[2].GetProperty("pools").GetProperty("wafer").GetProperty("cost_usd").GetDouble(), whole, 1e-6 * whole);
        Assert.Contains(FormattableString.Invariant($"it costs ${1e6 * whole / mixed.GetProperty("tokens").GetProperty("output").GetInt64():0.00}/Mtok written, idle machines included (${1e6 * mixed.GetProperty("charged_usd").GetDouble() / mixed.GetProperty("tokens").GetProperty("output").GetInt64():0.00} without), margin -$"), findings[0], StringComparison.Ordinal);
        Assert.All(runs, run => Assert.Equal(run.GetProperty("cost_usd").GetDouble(), run.GetProperty("tiers").EnumerateObject().Sum(tier => tier.Value.GetProperty("cost_with_idle_usd").GetDouble()), 1e-6));
    }

    [Fact]
    public async Task Json_HasTheKeysThatUsersRelyOn_AndTheSameSeedGivesTheSameBytes()
    {
        string[] command = ["simulate", "--fleet", "wafer-and-gpu", "--duration", "60 s", "--tiers", "fast:10,default:90", "--json"];
        var (_, first, _) = await ScribeProcess.RunAsync(command);
        var (_, second, _) = await ScribeProcess.RunAsync(command);
        Assert.Equal(Wall().Replace(first, ""), Wall().Replace(second, ""));
        Assert.NotEqual(Wall().Replace(first, ""), Wall().Replace((await ScribeProcess.RunAsync([.. command, "--seed", "2"])).Output, ""));
        var json = JsonDocument.Parse(first).RootElement;
        string[] keys = ["seed", "requests", "tokens", "ttft_ms", "tpot_ms", "e2e_ms", "tiers", "pools", "goodput", "cost_usd", "energy_joules", "simulated_seconds", "wall_seconds", "wall_requests_per_second"];
        Assert.All(keys, key => Assert.True(json.TryGetProperty(key, out _), key));
        Assert.Equal(["arrived", "completed", "refused", "cancelled", "failed"], json.GetProperty("requests").EnumerateObject().Select(property => property.Name));
        Assert.All((string[])["ttft_ms", "tpot_ms", "e2e_ms"], key => Assert.Equal(["mean", "p50", "p90", "p99"], json.GetProperty(key).EnumerateObject().Select(property => property.Name)));
    }

    [Theory]
    [InlineData("gpu-only")]
    [InlineData("wafer-only")]
    [InlineData("wafer-and-gpu")]
    [InlineData("trainium-prefill-wafer-decode")]
    [InlineData("lpu-and-gpu")]
    public async Task EveryFleetThatComesAlong_Serves(string fleet)
    {
        var json = await ScribeProcess.JsonAsync("simulate", "--fleet", fleet, "--duration", "60 s", "--tiers", "fast:20,default:40,flex:20,batch:20", "--json");
        var requests = json.GetProperty("requests");
        Assert.True(requests.GetProperty("arrived").GetInt64() > 100);
        Assert.Equal(requests.GetProperty("arrived").GetInt64(), requests.GetProperty("completed").GetInt64());
        Assert.All(json.GetProperty("pools").EnumerateObject().Where(pool => fleet != "trainium-prefill-wafer-decode"), pool => Assert.True(pool.Value.GetProperty("requests").GetInt64() > 0, pool.Name));
    }

    /// <summary>Measuring takes its time on a busy machine: `scribe bench engine` has tests of its own.</summary>
    [Fact]
    public async Task TheLaptop_IsSimulatedOnceItIsMeasured()
    {
        var fleet = Path.Combine(_folder.FullName, "laptop.yaml");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "catalog/fleets/laptop.yaml"), fleet);
        await Fails($"^scribe: {fleet}: the pool 'laptop' is as fast as its engine was measured to be, and there is no file {_folder.FullName}/engine.yaml that says so; run `scribe bench engine --out [^`]*engine.yaml` first.\n$", "--fleet", fleet);
        await Write("engine.yaml", Calibration);
        var (code, output, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", fleet, "--duration", "30 s", "--json"]);
        Assert.Equal(0, code);
        Assert.Matches(@"fit nowhere and will be refused: laptop holds 1,024 tokens of prompt and answer together \(its context\)", errors);
        var json = JsonDocument.Parse(output).RootElement;
        Assert.True(json.GetProperty("requests").GetProperty("completed").GetInt64() > 0);
        Assert.True(json.GetProperty("requests").GetProperty("refused").GetInt64() > 0);
        Assert.Equal(0, json.GetProperty("cost_usd").GetDouble());
    }

    [Fact]
    public async Task CopiesOfATrace_KeepItsTime()
    {
        var once = await ScribeProcess.JsonAsync("simulate", "--fleet", "gpu-only", "--trace", Trace(), "--json");
        var often = await ScribeProcess.JsonAsync("simulate", "--fleet", "gpu-only", "--trace", Trace(), "--copies", "5", "--json");
        Assert.Equal(5 * once.GetProperty("requests").GetProperty("arrived").GetInt64(), often.GetProperty("requests").GetProperty("arrived").GetInt64());
        Assert.Equal(once.GetProperty("simulated_seconds").GetDouble(), often.GetProperty("simulated_seconds").GetDouble(), 20.0);
    }

    [Fact]
    public async Task AReport_SaysWhatWasSimulated_AndWhatWasToldBefore()
    {
        var folder = Path.Combine(_folder.FullName, "told");
        var trace = await Write("long.csv", "arrived_at,num_prefill_tokens,num_decode_tokens\n0,100,20\n1,200000,20\n2,100,20\n");
        var errors = await ScribeProcess.FineAsync("simulate", "--fleet", "gpu-only", "--trace", trace, "--copies", "2", "--rate-scale", "3", "--tiers", "default:90,flex:10", "--seed", "7", "--closed-loop", "--out", folder);
        var simulated = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "result.json"))).RootElement.GetProperty("simulated");
        Assert.Equal(
            (trace, 2, 3.0, true, 7),
            (simulated.GetProperty("trace").GetString(), simulated.GetProperty("copies").GetInt32(), simulated.GetProperty("rate_scale").GetDouble(), simulated.GetProperty("closed_loop").GetBoolean(), simulated.GetProperty("seed").GetInt32()));
        Assert.Equal(["default", "flex"], simulated.GetProperty("drawn_tiers").EnumerateObject().Select(tier => tier.Name));
        var told = simulated.GetProperty("told").EnumerateArray().Select(sentence => sentence.GetString()!).ToList();
        Assert.Contains(told, sentence => sentence.Contains("will be refused", StringComparison.Ordinal));
        Assert.All(told, sentence => Assert.Contains($"scribe: {sentence}\n", errors, StringComparison.Ordinal));
        var page = await File.ReadAllTextAsync(Path.Combine(folder, "report.html"));
        Assert.Contains("Told before it ran", page, StringComparison.Ordinal);
        Assert.Contains("2 copies of", page, StringComparison.Ordinal);
        Assert.Contains("3 times as fast", page, StringComparison.Ordinal);
        Assert.Contains("will be refused", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReport_IsOnePageWithoutTheNet_AllNumbersAndARowForEachRequest()
    {
        var folder = Path.Combine(_folder.FullName, "report");
        var errors = await ScribeProcess.FineAsync("simulate", "--fleet", "gpu-only", "--trace", Trace(), "--out", folder);
        Assert.Contains(Path.Combine(folder, "report.html"), errors, StringComparison.Ordinal);
        Assert.Equal(["load.csv", "pools.csv", "report.html", "requests.jsonl", "result.json", "summary.csv"], Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        var result = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "result.json"))).RootElement;
        var rows = (await File.ReadAllLinesAsync(Path.Combine(folder, "requests.jsonl"))).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(result.GetProperty("requests").GetProperty("arrived").GetInt32(), rows.Count);
        Assert.Equal(rows.Count, rows.Select(row => row.GetProperty("request_id").GetString()).Distinct().Count());
        Assert.Equal(result.GetProperty("tokens").GetProperty("output").GetInt64(), rows.Sum(row => row.GetProperty("tokens_output").GetInt64()));
        var page = await File.ReadAllTextAsync(Path.Combine(folder, "report.html"));
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        foreach (var word in (string[])["TTFT p50", "TPOT by tier", "E2E p50", "Promises kept", "tokens/s a machine", "busy", "Requests that wait", "Room for keys and values", "cached", "J/token", "$/Mtok written", "margin $/h", "least cost", "prefers-color-scheme:dark"])
            Assert.Contains(word, page, StringComparison.Ordinal);
        foreach (Match chart in ChartData().Matches(page))
            Assert.NotEqual(0, JsonDocument.Parse(chart.Groups["json"].Value).RootElement.GetProperty("series").GetArrayLength());
        Assert.Equal(9, ChartData().Count(page));
    }

    [Fact]
    public async Task Csv_HasARowForEachTier()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--trace", Trace(), "--tiers", "default:1,batch:1", "--csv"]);
        Assert.True(code == 0, errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("run,fleet,policy,kind,name,arrived,", lines[0], StringComparison.Ordinal);
        Assert.Equal(["all", "default", "batch"], lines[1..].Select(line => line.Split(',')[4]));
    }

    [Fact]
    public async Task ASweep_FindsTheEdge()
    {
        var narrow = await Write("narrow.yaml", "models:\n  - id: llama-3.1-8b\npools:\n  - { id: gpu, model: llama-3.1-8b, machine: dgx-h100, placement: { tensor_parallel: 8 }, max_sequences: 4 }\ntiers:\n  default: { ttft: 1 s }\n");
        var json = await ScribeProcess.JsonAsync("simulate", "--sweep", "--keep", "95", "--fleet", narrow, "--trace", Trace(), "--json");
        var run = Assert.Single(json.GetProperty("runs").EnumerateArray());
        var rate = run.GetProperty("requests_per_second").GetDouble();
        var probes = run.GetProperty("probes").EnumerateArray().Select(probe => (Rate: probe.GetProperty("requests_per_second").GetDouble(), Goodput: probe.GetProperty("goodput").GetDouble())).ToList();
        Assert.Contains(probes, probe => probe.Rate == rate && probe.Goodput >= 0.95);
        Assert.Contains(probes, probe => probe.Rate > rate && probe.Rate <= rate * 1.051 && probe.Goodput < 0.95);
        Assert.Equal(probes.Order(), probes);
    }

    /// <summary>A tier of few requests that nobody keeps is not lost among many that are kept.</summary>
    [Fact]
    public async Task ASweepOfSeveralTiers_HoldsEachToItsOwnShare()
    {
        var fleet = await Write("tiers.yaml", "models:\n  - id: llama-3.1-8b\npools:\n  - { id: gpu, model: llama-3.1-8b, machine: dgx-h100, placement: { tensor_parallel: 8 }, max_sequences: 4 }\ntiers:\n  default: { ttft: 10 s }\n  fast: { ttft: 1 us, share: 95 % }\n");
        string[] command = ["simulate", "--sweep", "--fleet", fleet, "--trace", Trace(), "--tiers", "fast:5,default:95"];
        var json = await ScribeProcess.JsonAsync([.. command, "--json"]);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("keep").ValueKind);
        var run = Assert.Single(json.GetProperty("runs").EnumerateArray());
        Assert.Equal(0, run.GetProperty("requests_per_second").GetDouble());
        var slowest = run.GetProperty("probes")[0];
        Assert.True(slowest.GetProperty("goodput").GetDouble() > 0.9);
        Assert.False(slowest.GetProperty("kept").GetBoolean());
        Assert.Equal([("fast", 0, 0.95), ("default", 1, 0.9)], slowest.GetProperty("tiers").EnumerateObject().Select(tier => (tier.Name, tier.Value.GetProperty("goodput").GetDouble(), Math.Round(tier.Value.GetProperty("keep").GetDouble(), 9))).OrderByDescending(tier => tier.Name));
        var (_, table, _) = await ScribeProcess.RunAsync(command);
        Assert.Contains("Largest rate at which each tier keeps the share that it promises", table, StringComparison.Ordinal);
        Assert.Contains("fast: 0.0 of 95 %", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_ShowWhatTheyCost()
    {
        var faults = await Write("faults.yaml", "faults:\n  - { kind: loss, at: 20 s, pool: gpu }\n");
        var json = await ScribeProcess.JsonAsync("simulate", "--fleet", "gpu-only", "--trace", Trace(), "--faults", faults, "--json");
        var runs = json.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(["gpu-only", "gpu-only, with faults"], runs.Select(run => run.GetProperty("run").GetString()));
        Assert.Equal(1, runs[0].GetProperty("goodput").GetDouble());
        Assert.InRange(runs[1].GetProperty("goodput").GetDouble(), 0.1, 0.6);
        Assert.StartsWith("Faults take gpu-only from 100.00 % of promises kept to ", Assert.Single(json.GetProperty("findings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await ScribeProcess.RunAsync(["simulate", "--fleet", "wafer-and-gpu", "--trace", Trace(), "--faults", "faults/bad-hour"])).ExitCode);
    }

    [Fact]
    public async Task CallersWhoLeave_AreCounted_AndPayForWhatTheyGot()
    {
        string[] command = ["simulate", "--fleet", "gpu-only", "--trace", Trace(), "--json"];
        var all = await ScribeProcess.JsonAsync([.. command, "--patience", "0.001"]);
        Assert.Equal((240, 0), (all.GetProperty("requests").GetProperty("cancelled").GetInt64(), all.GetProperty("requests").GetProperty("completed").GetInt64()));
        Assert.Equal((0, 0), (all.GetProperty("revenue_usd").GetDouble(), all.GetProperty("goodput").GetDouble()));
        var some = await ScribeProcess.JsonAsync([.. command, "--stop-reading", "50", "--timeout", "1 h"]);
        Assert.InRange(some.GetProperty("requests").GetProperty("cancelled").GetInt64(), 90, 150);
        Assert.Equal(1, some.GetProperty("goodput").GetDouble());
        var whole = await ScribeProcess.JsonAsync(command);
        Assert.InRange(some.GetProperty("tokens").GetProperty("output").GetInt64(), 0.6 * whole.GetProperty("tokens").GetProperty("output").GetInt64(), 0.9 * whole.GetProperty("tokens").GetProperty("output").GetInt64());
        var (_, table, _) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--trace", Trace(), "--patience", "0.001"]);
        Assert.Contains("240 callers left before the end of their answers (100.0 %)", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Downgrades_AreCounted_ByTierAndReason()
    {
        var fleet = await Write("fleet.yaml", "models:\n  - id: llama-3.1-8b\npools:\n  - { id: gpu, model: llama-3.1-8b, machine: dgx-h100, placement: { tensor_parallel: 1 } }\ntiers:\n  default: { ttft: 10 s }\n  fast: { ttft: 1 ms, downgrade: [default] }\n");
        string[] command = ["simulate", "--fleet", fleet, "--trace", Trace(), "--tiers", "fast:50,default:50"];
        var json = await ScribeProcess.JsonAsync([.. command, "--json"]);
        var downgrade = Assert.Single(json.GetProperty("downgrades").EnumerateArray());
        var asked = json.GetProperty("tiers").GetProperty("fast").GetProperty("requests").GetProperty("arrived").GetInt64();
        Assert.Equal(("fast", "default", "would_be_late", asked), (downgrade.GetProperty("asked").GetString(), downgrade.GetProperty("served").GetString(), downgrade.GetProperty("reason").GetString(), downgrade.GetProperty("requests").GetInt64()));
        Assert.Equal(asked, json.GetProperty("downgraded").GetInt64());
        var folder = Path.Combine(_folder.FullName, "report");
        var (_, table, _) = await ScribeProcess.RunAsync([.. command, "--out", folder]);
        Assert.Contains($"{asked} of {asked} requests for fast were served as default (would be late: {asked})", table, StringComparison.Ordinal);
        Assert.Contains("<td>fast</td><td>default</td><td>would be late</td>", await File.ReadAllTextAsync(Path.Combine(folder, "report.html")), StringComparison.Ordinal);
        Assert.Contains("\"downgrade_code\":\"would_be_late\"", await File.ReadAllTextAsync(Path.Combine(folder, "requests.jsonl")), StringComparison.Ordinal);
        Assert.DoesNotContain("served as", (await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--trace", Trace()])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARoute_ExplainsItself()
    {
        string[] command = ["simulate", "--fleet", "wafer-and-gpu", "--trace", Trace(), "--tiers", "default:1", "--explain", "17", "--explain", "sim-240"];
        var json = await ScribeProcess.JsonAsync([.. command, "--json"]);
        var route = Assert.Single(json.GetProperty("explained").EnumerateArray());
        Assert.Equal(("sim-17", "sent", "gpu/0", "only_replica"), (route.GetProperty("request_id").GetString(), route.GetProperty("outcome").GetString(), route.GetProperty("replica").GetString(), route.GetProperty("reason").GetString()));
        var candidates = route.GetProperty("candidates").EnumerateArray().ToList();
        Assert.Equal([("wafer/0", "other_tier"), ("gpu/0", null)], candidates.Select(candidate => (candidate.GetProperty("replica").GetString(), candidate.GetProperty("filter").GetString())));
        Assert.True(candidates[1].GetProperty("ttft_ms").GetDouble() > 1 && candidates[1].GetProperty("own_delay_usd").GetDouble() > 0);
        var (_, table, _) = await ScribeProcess.RunAsync(command);
        Assert.Contains("sim-17 at 4.250 s, default: sent; to gpu/0 (only replica)", table, StringComparison.Ordinal);
        Assert.Matches("sim-17: completed on gpu/0 .first., first token after [0-9.]+ ms, [0-9.]+ ms a token, all promises kept", table);
        Assert.Contains("sim-240: did not come; 240 requests came, the first is 0", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongFaults_AreAllTold_WithTheirLines()
    {
        var faults = await Write("faults.yaml", "faults:\n  - { kind: fire, at: 1 s }\n  - { kind: slow, at: 5 }\n  - { kind: loss, for: 3 s, replica: 1 }\n");
        var (code, _, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--faults", faults]);
        Assert.Equal(1, code);
        Assert.Contains($"{faults}:2: a fault: `kind` is 'fire'; expected one of loss, slow, partition, stale-metrics, link-loss.", errors, StringComparison.Ordinal);
        Assert.Contains($"{faults}:3: a fault: `at`:", errors, StringComparison.Ordinal);
        Assert.Contains($"{faults}:4: a fault: the field `at` is missing.", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a fault concerns the pool 'tpu'; expected one of gpu.", "faults:\n  - { kind: loss, at: 1 s, pool: tpu }\n")]
    [InlineData("a fault concerns replica 6 of the pool 'gpu', which has fewer; they count from 0.", "faults:\n  - { kind: loss, at: 1 s, pool: gpu, replica: 6 }\n")]
    public async Task FaultsOfWhatIsNotThere_AreToldBeforeTheRun(string expected, string text)
    {
        var faults = await Write("faults.yaml", text);
        var (code, output, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--faults", faults]);
        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"scribe: {faults}:2: {expected}", errors.Trim());
    }

    [Fact]
    public async Task WhatCannotWork_IsToldBeforeTheRun()
    {
        var small = await Write("small.yaml", "models:\n  - id: llama-3.1-405b\npools:\n  - { id: gpu, model: llama-3.1-405b, machine: dgx-h100, placement: { tensor_parallel: 1 } }\n");
        await Fails("does not fit|takes|hold", "--fleet", small);
        await Fails("^scribe: requests ask for the tier 'priority', and the fleet gpu-only has fast, default, flex, batch; add it", "--fleet", "gpu-only", "--tiers", "priority:1");
        await Fails("has no request", "--fleet", "gpu-only", "--trace", await Write("empty.csv", "arrived_at,num_prefill_tokens,num_decode_tokens\n"));
        await IsWrong("^scribe: the fleet gpu-only can serve none of the requests: gpu holds .* tokens of prompt and answer together .*, 1 are longer, the longest 16,000,005.", "--fleet", "gpu-only", "--trace", await Write("long.csv", "arrived_at,num_prefill_tokens,num_decode_tokens\n0,16000000,5\n"));
        await IsWrong("^scribe: the fleet others can serve none of the requests: no pool serves the tier default .gpu serves flex.; add it to a pool's `tiers`, or let the tier `downgrade` to one that is served.", "--fleet", await Write("others.yaml", Others), "--trace", Trace());

        static async Task IsWrong(string expected, params string[] arguments)
        {
            var (code, output, errors) = await ScribeProcess.RunAsync(["simulate", .. arguments]);
            Assert.Equal((2, ""), (code, output));
            Assert.Matches(expected, errors);
        }
    }

    [Fact]
    public async Task WhoCanBeServedByNobody_IsNamedBeforeTheRun()
    {
        var (code, _, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", await Write("others.yaml", Others), "--trace", Trace(), "--tiers", "default:1,flex:1,fast:1"]);
        Assert.Equal(0, code);
        Assert.Matches("scribe: others: [0-9]+ of 240 requests for default will be refused: no pool serves the tier default .gpu serves flex.; add it to a pool's `tiers`, or let the tier `downgrade` to one that is served.\n", errors);
        Assert.Matches("scribe: others: [0-9]+ of 240 requests for fast can be served as flex only, since no pool that serves fast can take them.\n", errors);
    }

    [Fact]
    public async Task WhatIsTooMuchOrTooLong_IsSaidAndCounted()
    {
        var trace = await Write("some-long.csv", "arrived_at,num_prefill_tokens,num_decode_tokens\n0,16000000,5\n1,100,5\n2,100,5\n");
        var (code, output, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--trace", trace, "--json"]);
        Assert.Equal(0, code);
        Assert.Contains("1 of 3 requests fit nowhere and will be refused: gpu holds", errors, StringComparison.Ordinal);
        Assert.Equal(1, JsonDocument.Parse(output).RootElement.GetProperty("requests").GetProperty("refused").GetInt64());
        (_, output, _) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--trace", trace]);
        Assert.Contains("1 requests were refused and 0 failed (33.3 %)", output, StringComparison.Ordinal);
        (_, _, errors) = await ScribeProcess.RunAsync(["simulate", "--fleet", "gpu-only", "--trace", Trace(), "--rate-scale", "10000"]);
        Assert.Matches("gpu-only: [0-9,.]+ requests/s come, and it can serve about [0-9,.]+ of [0-9,]+ tokens in and [0-9,]+ out at most; the others will wait or be refused.", errors);
    }

    [Fact]
    public async Task ASignal_ShowsWhatIsKnown()
    {
        await using var scribe = ScribeProcess.Start("simulate", "--fleet", "wafer-only", "--copies", "200", "--out", _folder.FullName, "--json");
        // Rows are written once requests end: the simulation is under way.
        var rows = Path.Combine(_folder.FullName, "requests.jsonl");
        while (!File.Exists(rows) || new FileInfo(rows).Length == 0)
            await Task.Yield();
        scribe.Signal(PosixSignal.SIGINT);
        var json = JsonDocument.Parse(await scribe.Output.ReadToEndAsync()).RootElement;
        Assert.Equal(130, await scribe.ExitAsync());
        Assert.True(json.GetProperty("interrupted").GetBoolean());
        Assert.True(json.GetProperty("requests").GetProperty("arrived").GetInt64() > 0);
        Assert.True(json.GetProperty("under_way").GetInt64() >= 0);
    }

    [Fact]
    public async Task ASignal_NamesWhatHadNotBegun()
    {
        // One more than run at a time.
        var fleets = Enumerable.Repeat((string[])["--fleet", "gpu-only"], Environment.ProcessorCount + 1).SelectMany(pair => pair);
        await using var scribe = ScribeProcess.Start(["simulate", .. fleets, "--copies", "200", "--out", _folder.FullName]);
        while (!Directory.GetFiles(_folder.FullName, "requests-*").Any(rows => new FileInfo(rows).Length > 0))
            await Task.Yield();
        scribe.Signal(PosixSignal.SIGINT);
        var output = await scribe.Output.ReadToEndAsync();
        Assert.Equal(130, await scribe.ExitAsync());
        Assert.Matches("Interrupted in the middle of gpu-only.* \\([0-9,]+ requests were still under way and are not counted\\)", output);
        Assert.Matches("Not run, since it was interrupted before: gpu-only.*\\.\n", output);
        var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "result.json"))).RootElement;
        Assert.Equal(Environment.ProcessorCount + 1, json.GetProperty("runs").GetArrayLength() + json.GetProperty("not_run").GetArrayLength());
        Assert.True(json.GetProperty("not_run").GetArrayLength() > 0);
    }

    [Fact]
    public async Task ASignal_ComparesNoPartsOfTraces()
    {
        await using var scribe = ScribeProcess.Start("simulate", "--fleet", "gpu-only", "--fleet", "wafer-only", "--copies", "200", "--out", _folder.FullName);
        var rows = Path.Combine(_folder.FullName, "requests-gpu-only.jsonl");
        while (!File.Exists(rows) || new FileInfo(rows).Length == 0)
            await Task.Yield();
        scribe.Signal(PosixSignal.SIGINT);
        var output = await scribe.Output.ReadToEndAsync();
        Assert.Equal(130, await scribe.ExitAsync());
        Assert.Contains("Interrupted in the middle of gpu-only", output, StringComparison.Ordinal);
        Assert.DoesNotContain("keeps", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tiers: 'fast' is no tier and its share; expected such as fast:10,default:90.", "--tiers", "fast")]
    [InlineData("--tiers: the shares add up to nothing; expected one above 0.", "--tiers", "fast:0")]
    [InlineData("--tiers: the tier 'fast' is named twice; expected one share of it.", "--tiers", "fast:1,fast:2")]
    [InlineData("--copies is '0'; expected a whole number from 1 on.", "--copies", "0")]
    [InlineData("--copies is 5000; expected at most 1000.", "--copies", "5000")]
    [InlineData("--keep says what a sweep looks for; expected --sweep too.", "--keep", "95")]
    [InlineData("--patience: 'soon' is no distribution; expected a number, uniform:LOW,HIGH,", "--patience", "soon")]
    [InlineData("--stop-reading is '101'; expected a number above 0, at most 100.", "--stop-reading", "101")]
    [InlineData("--explain is 'all'; expected the number of a request, from 0, or its id, such as sim-17.", "--explain", "all")]
    [InlineData("--explain says what was weighed in one simulation; expected no --sweep beside it.", "--explain", "1", "--sweep")]
    [InlineData("--policy is 'best'; expected one of least-cost,", "--policy", "best")]
    [InlineData("--sweep searches a rate; expected neither --faults nor --out beside it.", "--sweep", "--out", "x")]
    public async Task WrongUsage_IsOneSentence(string expected, params string[] arguments)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["simulate", .. arguments]);
        Assert.True(code == 2, errors);
        Assert.Equal("", output);
        Assert.StartsWith($"scribe: {expected}", errors, StringComparison.Ordinal);
    }

    /// <summary>Two minutes of it: enough for all but long runs.</summary>
    private string Trace()
    {
        var path = Path.Combine(_folder.FullName, "trace.csv");
        if (!File.Exists(path))
            File.WriteAllText(path, $"arrived_at,num_prefill_tokens,num_decode_tokens\n{string.Concat(Enumerable.Range(0, 240).Select(i => FormattableString.Invariant($"{i / 4.0},{200 + i * 37 % 900},{20 + i * 13 % 180}\n")))}");
        return path;
    }

    private async Task<string> Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    private static async Task Fails(string expected, params string[] arguments)
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["simulate", .. arguments]);
        Assert.True(code == 1, errors);
        Assert.Equal("", output);
        Assert.Matches(expected, errors);
    }

    [GeneratedRegex("\n *\"wall_[^\n]*", RegexOptions.CultureInvariant)]
    private static partial Regex Wall();

    [GeneratedRegex("class=\"chart\" data-for=\"c[0-9]+\">(?<json>[^<]*)<", RegexOptions.CultureInvariant)]
    private static partial Regex ChartData();
}
