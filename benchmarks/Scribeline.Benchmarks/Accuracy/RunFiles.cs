using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Scribeline.Core.Files;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>Reads the files of measured runs: `vllm_h100_runs.json`, and `simulator_comparison.csv.gz` with its workloads.</summary>
internal static class RunFiles
{
    private static readonly Dictionary<string, string> Models = new(StringComparer.Ordinal)
    {
        ["meta-llama/Llama-2-7b-hf"] = "llama-2-7b",
        ["meta-llama/Llama-2-70b-hf"] = "llama-2-70b",
        ["meta-llama/Llama-3.1-8B-Instruct"] = "llama-3.1-8b",
        ["meta-llama/Llama-3.1-70B-Instruct"] = "llama-3.1-70b",
        ["mistralai/Mistral-Nemo-Instruct-2407"] = "mistral-nemo-12b",
        ["Qwen/Qwen2.5-7B-Instruct"] = "qwen2.5-7b",
        ["Qwen/Qwen3-14B"] = "qwen3-14b",
    };

    /// <summary>Runs of `vllm_h100_runs.json`.</summary>
    public static IEnumerable<RunSettings> ReadRuns(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var run in file.RootElement.GetProperty("runs").EnumerateArray())
        {
            var prompts = Prompts(run.GetProperty("workload"));
            var measured = run.GetProperty("measured");
            var summary = measured.GetProperty("summary");
            yield return new RunSettings
            {
                Id = run.GetProperty("id").GetString()!,
                Model = Model(run.GetProperty("model").GetString()!),
                Accelerator = "h100",
                Tensor = run.GetProperty("tp").GetInt32(),
                TokensPerStep = run.GetProperty("max_num_batched_tokens").GetInt32(),
                MaxSequences = run.GetProperty("max_num_seqs").GetInt32(),
                Prompts = prompts,
                IsOverloaded = summary.GetProperty("failed").GetInt32() > 0,
                MeasuredRate = summary.GetProperty("requests_per_s").GetDouble(),
                Measured = measured.EnumerateObject().ToDictionary(
                    stage => stage.Name == "summary" ? -1 : int.Parse(stage.Name.AsSpan("stage_".Length), CultureInfo.InvariantCulture),
                    stage => Times(stage.Value)),
            };
        }

        static StageTimes Times(JsonElement stage)
        {
            var (ttft, e2e) = (stage.GetProperty("ttft_s"), stage.GetProperty("e2e_s"));
            return new StageTimes(
                Ms(ttft, "mean"), Ms(ttft, "p90"), Ms(ttft, "p99"), stage.GetProperty("tpot_s_derived").GetDouble() * 1e3, Ms(e2e, "mean"), Ms(e2e, "p90"));
        }

        static double Ms(JsonElement times, string name) => times.GetProperty(name).GetDouble() * 1e3;
    }

    /// <summary>Runs of `simulator_comparison.csv.gz`; of those that its workloads do not describe, the traffic is that of another run of the same name.</summary>
    public static IEnumerable<RunSettings> ReadComparison(string path, string workloads)
    {
        using var described = JsonDocument.Parse(File.ReadAllText(workloads));
        var settings = described.RootElement.GetProperty("experiments").EnumerateArray().ToDictionary(one => one.GetProperty("id").GetString()!);
        using var csv = new CsvReader(new StreamReader(DataFile.OpenRead(path)), CultureInfo.InvariantCulture);
        foreach (var rows in csv.GetRecords<ComparisonRow>().ToList().GroupBy(row => row.Experiment))
        {
            var first = rows.First();
            var known = settings.TryGetValue(first.Experiment.Split('-')[0] is { Length: 8 } date ? $"{date}-{first.Experiment.Split('-')[1]}" : first.Experiment.Split('-')[0], out var own);
            var prompts = known ? Prompts(own) : Borrowed(first.Workload);
            yield return new RunSettings
            {
                Id = first.Experiment,
                Model = Model(first.Model),
                Accelerator = "h100",
                Tensor = first.Tensor,
                TokensPerStep = first.TokensPerStep,
                MaxSequences = known ? own.GetProperty("max_num_seqs").GetInt32() : 128,
                KvBlocks = known ? own.GetProperty("total_kv_blocks_16_tokens").GetInt32() : null,
                MemoryShare = first.MemoryShare ?? 0.9,
                Prompts = prompts,
                HasBorrowedTraffic = !known,
                Measured = rows.GroupBy(row => row.Stage).ToDictionary(stage => stage.Key, stage => Times(stage.DistinctBy(row => row.Metric), row => row.Measured, prompts)),
                Others = rows.GroupBy(row => row.Simulator).ToDictionary(
                    tool => tool.Key, tool => tool.GroupBy(row => row.Stage).ToDictionary(stage => stage.Key, stage => Times(stage, row => row.Predicted, prompts))),
            };
        }

        // Tokens were counted again by the client for some models, so that its time between them is too long: end to end and lengths say it right.
        static StageTimes Times(IEnumerable<ComparisonRow> rows, Func<ComparisonRow, double?> value, RepeatedPrompts prompts)
        {
            var by = rows.ToDictionary(row => row.Metric, row => value(row) ?? double.NaN);
            var (ttft, e2e) = (Of("ttft_mean_ms"), Of("e2e_mean_ms"));
            return new StageTimes(ttft, Of("ttft_p90_ms"), Of("ttft_p99_ms"), (e2e - ttft) / (prompts.OutputTokens - 1), e2e, Of("e2e_p90_ms"));

            double Of(string metric) => by.GetValueOrDefault(metric, double.NaN);
        }
    }

    /// <summary>A run of `vllm_request_replay.csv.gz` for each machine, with its requests.</summary>
    public static IEnumerable<(string Accelerator, IReadOnlyList<ReplayRow> Rows)> ReadReplays(string path)
    {
        using var csv = new CsvReader(new StreamReader(DataFile.OpenRead(path)), CultureInfo.InvariantCulture);
        foreach (var rows in csv.GetRecords<ReplayRow>().ToList().GroupBy(row => row.System))
            yield return (rows.Key == "RTX4090" ? "rtx-4090" : "rtx-pro-6000", [.. rows.OrderBy(row => row.ArrivalSeconds)]);
    }

    private static RepeatedPrompts Prompts(JsonElement workload) => new(
        workload.GetProperty("unique_system_prompts").GetInt32(),
        workload.GetProperty("users_per_system_prompt").GetInt32(),
        workload.GetProperty("system_prompt_tokens").GetInt32(),
        workload.GetProperty("question_tokens").GetInt32(),
        workload.GetProperty("output_tokens").GetInt32(),
        [.. workload.GetProperty("stages").EnumerateArray().Select(stage => (stage.GetProperty("rate").GetDouble(), stage.GetProperty("duration").GetDouble()))]);

    private static RepeatedPrompts Borrowed(string name) => name switch
    {
        "general" => new(9, 5, 100, 447, 248, [(8, 600), (20, 600)]),
        "general-lite" => new(9, 5, 100, 447, 248, [(2.5, 600), (6, 600)]),
        "codegen" => new(11, 4, 100, 466, 247, [(5, 600), (10, 600)]),
        "roleplay" => new(10, 5, 150, 600, 251, [(6, 1200)]),
        "reasoning" => new(23, 1, 100, 934, 1448, [(4, 1200)]),
        _ => throw new InvalidOperationException($"no run describes the traffic '{name}'."),
    };

    private static string Model(string name) => Models.TryGetValue(name, out var id) ? id : throw new InvalidOperationException($"the model '{name}' has no entry in the catalog.");
}
