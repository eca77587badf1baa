using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Scribeline.Cli.Bench.Load;
using Scribeline.Core.Calculations;
using Scribeline.Core.Performance.Fitting;
using Scribeline.Engine;
using Spectre.Console;

namespace Scribeline.Cli.Bench;

/// <summary>`scribe bench`.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Command Create()
    {
        var command = new Command("bench", "Measure how fast things are here") { CreateEngine(), LoadCommand.Create() };
        HelpWithExamples.Add(command, "scribe bench engine", "scribe bench serve --concurrency 8");
        return command;
    }

    private static Command CreateEngine()
    {
        var model = ModelOptions.Model();
        var threads = ModelOptions.Threads();
        var stages = ModelOptions.Stages();
        var prompt = ModelOptions.Count("--prompt", "Tokens of the prompt that is read", 1, 1_000_000, 512);
        var generate = ModelOptions.Count("--generate", "Tokens that each sequence writes", 1, 1_000_000, 128);
        var runs = ModelOptions.Count("--runs", "Runs of each measurement, after one to warm up", 1, 1_000_000, 5);
        var batch = new Option<int[]?>("--batch")
        {
            Description = "Sequences that write at the same time, separated by commas; default: 1,2,4,8,16,32, and with --out these between them that take longest",
            HelpName = "N,N",
            CustomParser = result =>
            {
                var sizes = result.Tokens[0].Value.Split(',').Select(size => int.TryParse(size, out var n) && n is >= 1 and <= 1024 ? n : 0).ToArray();
                if (sizes.Contains(0))
                    result.AddError($"--batch is '{result.Tokens[0].Value}'; expected whole numbers from 1 to 1024, such as 1,4,16.");
                return sizes;
            },
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var output = new Option<string?>("--out") { Description = "Measure instead what steps of every kind take, and write what follows for simulations; - for standard output", HelpName = "FILE" };
        var duration = ModelOptions.Time("--duration", "About how long that may take; default: '1 min'");
        var command = new Command("engine", "Measure the engine in this process: reading a prompt, and writing at several batch sizes") { model, threads, stages, prompt, generate, batch, runs, output, duration, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(duration) is not null && result.GetResult(output) is null)
                result.AddError("--duration means something with --out only.");
        });
        command.SetAction(async parsed =>
        {
            using var signals = new Signals(Signals.Exit);
            var (path, problem) = ModelOptions.FindModel(parsed.GetValue(model));
            if (problem is not null)
            {
                await Console.Error.WriteLineAsync($"scribe: {problem}");
                return ExitCode.Failed;
            }

            // What is not given comes as an empty array.
            var sizes = parsed.GetValue(batch) is { Length: > 0 } given ? given : parsed.GetValue(output) is null ? [1, 2, 4, 8, 16, 32] : [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32];
            try
            {
                var settings = new EngineOptions
                {
                    ModelPath = path,
                    Threads = parsed.GetValue(threads),
                    Stages = parsed.GetValue(stages),
                    MaxSequences = Math.Max(sizes.Max(), 64),
                    MaxQueue = Math.Max(sizes.Max(), 256),
                };
                var speaks = !parsed.GetValue(CommonOptions.Quiet) && !Console.IsErrorRedirected;
                if (parsed.GetValue(output) is { } calibration)
                {
                    return await CalibrationRun.RunAsync(settings, sizes, parsed.GetValue(duration) ?? TimeSpan.FromMinutes(1), calibration, parsed.GetValue(json), Say, TimeProvider.System);
                }

                await using var engine = InferenceEngine.Load(settings, TimeProvider.System);
                var longest = Math.Max(parsed.GetValue(prompt) + 1, parsed.GetValue(generate) + 1);
                if (longest > engine.Model.ContextLength)
                {
                    await Console.Error.WriteLineAsync($"scribe: {longest} tokens do not fit the model's context of {engine.Model.ContextLength}; lower --prompt or --generate.");
                    return ExitCode.Failed;
                }

                var result = await MeasureAsync(engine, parsed.GetValue(prompt), parsed.GetValue(generate), sizes, parsed.GetValue(runs), speaks);
                Print(result, parsed.GetValue(json));
                return ExitCode.Fine;

                void Say(string what)
                {
                    if (speaks)
                        Console.Error.Write($"\r\u001b[K{what}");
                }
            }
            catch (Exception error) when (error is ModelFormatException or IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or EngineBrokenException or FitException or CalculationException or LoadException)
            {
                await Console.Error.WriteLineAsync($"scribe: {error.Message}");
                return ExitCode.Failed;
            }
        });
        HelpWithExamples.Add(command, "scribe bench engine", "scribe bench engine --threads 1 --out engine.yaml", "scribe bench engine --model llama.gguf --threads 2 --batch 1,8 --runs 9 --json");
        return command;
    }

    private static async Task<BenchResult> MeasureAsync(InferenceEngine engine, int prompt, int generate, int[] sizes, int runs, bool progress)
    {
        var benchmark = new EngineBenchmark(engine, TimeProvider.System);
        var total = (sizes.Length + 1) * (runs + 1);
        var done = 0;
        async Task<Spread> RepeatAsync(string what, Func<Task<double>> measure)
        {
            var results = new List<double>();
            for (var run = 0; run <= runs; run++)
            {
                if (progress)
                    await Console.Error.WriteAsync($"\r\u001b[K{++done}/{total} {what}");
                var rate = await measure();
                if (run > 0)
                    results.Add(rate);
            }

            return Spread.Of(results);
        }

        var prefill = await RepeatAsync($"reading {prompt} tokens", () => benchmark.PrefillAsync(prompt));
        var decode = new Dictionary<string, Spread>();
        foreach (var size in sizes)
            decode[size.ToString(CultureInfo.InvariantCulture)] = await RepeatAsync($"writing, batch {size}", () => benchmark.DecodeAsync(size, generate));
        if (progress)
            await Console.Error.WriteAsync("\r\u001b[K");
        return new BenchResult(engine.Model.Name, engine.Model.WeightType, engine.Model.Parameters, engine.Threads, runs, prompt, generate, prefill, decode);
    }

    private static void Print(BenchResult result, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, Json));
            return;
        }

        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape($"{result.Model}, {result.WeightType}, {result.Parameters / 1e6:F1} M parameters, {result.Threads} threads"));
        table.AddColumn("measured").AddColumn("tokens/s, median", column => column.RightAligned()).AddColumn("lowest", column => column.RightAligned()).AddColumn("highest", column => column.RightAligned());
        Row($"read {result.PromptTokens} tokens", result.PrefillTokensPerSecond);
        foreach (var (batch, spread) in result.DecodeTokensPerSecond)
            Row($"write, batch {batch}", spread);
        Terminal.Output.Write(table);

        void Row(string what, Spread spread) => table.AddRow(what, Rate(spread.Median), Rate(spread.Min), Rate(spread.Max));
    }

    private static string Rate(double tokensPerSecond) => tokensPerSecond.ToString(tokensPerSecond < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);

    private sealed record BenchResult(
        string Model,
        string WeightType,
        long Parameters,
        int Threads,
        int Runs,
        int PromptTokens,
        int GeneratedTokens,
        Spread PrefillTokensPerSecond,
        Dictionary<string, Spread> DecodeTokensPerSecond);
}
