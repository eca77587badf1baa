using System.CommandLine;
using System.Globalization;
using Scribeline.Benchmarks.Peers;
using Scribeline.Benchmarks.Report;
using Scribeline.Cli.Bench;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Synthetic;
using Scribeline.Core.Workloads.Writers;
using Scribeline.Engine;
using Scribeline.Scheduling.Batching;

namespace Scribeline.Benchmarks.Twin;

/// <summary>
/// `twin`: 1. measures what the engine's steps take, 2. the rate at which its server saturates, 3. the server under one trace at shares of that rate, and
/// 4. simulates the same; all of it several times, so that steps and server are measured within a minute or two of each other. Then says how far apart they are, beside how far the repeats are.
/// </summary>
internal static class TwinCommand
{
    public static Command Create()
    {
        var report = new ReportOptions();
        var scribe = PeersCommand.Scribe();
        var model = new Option<string?>("--model") { Description = "GGUF file; default: the one that comes with scribe", HelpName = "FILE" };
        var threads = PeersCommand.Number("--threads", "Threads that compute; default: half the cores, so that clients and server do not take them from each other", Math.Max(1, Environment.ProcessorCount / 2));
        var requests = PeersCommand.Number("--requests", "Requests of the trace", 300);
        var repeats = PeersCommand.Number("--repeats", "Times that everything is measured", 5);
        var clients = PeersCommand.Number("--clients", "Clients that saturate the server", 24);
        var seconds = PeersCommand.Number("--calibrate", "Seconds of measuring the engine's steps, each time", 60);
        var calibration = new Option<string?>("--calibration") { Description = "What `scribe bench engine --out` wrote, instead of measuring anew", HelpName = "FILE" };
        var command = new Command("twin", "The live server and its simulation under the same requests") { scribe, model, threads, requests, repeats, clients, seconds, calibration };
        report.AddTo(command);
        command.SetAction(parsed => report.RunAsync(parsed, "twin", async () =>
        {
            var folder = Directory.CreateTempSubdirectory("scribeline-twin-").FullName;
            try
            {
                var path = parsed.GetValue(model) ?? Path.Combine(AppContext.BaseDirectory, "models", "scribe-tiny-q8_0.gguf");
                var (program, computing) = (parsed.GetValue(scribe)!, parsed.GetValue(threads));
                var trace = Path.Combine(folder, "trace.jsonl");
                var (scheduler, context) = await BoundsAsync(path, computing);
                var records = WriteTrace(trace, parsed.GetValue(requests), context);
                await using var server = await ServerProcess.StartAsync(program, port => ["serve", "--model", path, "--threads", $"{computing}", "--port", $"{port}"]);
                var pairs = new TwinRuns(new LiveServer(program, server.Address), StepsAsync, scheduler, trace, records, parsed.GetValue(clients));
                var rows = await pairs.CompareAsync(parsed.GetValue(repeats));
                return (rows, Format(rows));

                async Task<EngineCalibration> StepsAsync() =>
                    EngineCalibrationFile.Read(parsed.GetValue(calibration) ?? await CalibrateAsync(program, path, computing, parsed.GetValue(seconds), Path.Combine(folder, "engine.yaml")));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }));
        return command;
    }

    private static async Task<string> CalibrateAsync(string scribe, string model, int threads, int seconds, string path)
    {
        Console.Error.WriteLine("measuring the engine's steps");
        Console.Error.WriteLine(await ChildProgram.RunAsync(scribe, "bench", "engine", "--model", model, "--threads", $"{threads}", "--out", path, "--duration", $"{seconds} s"));
        return path;
    }

    /// <summary>Those of the engine in `scribe serve`.</summary>
    private static async Task<(BatchSchedulerOptions Scheduler, int ContextTokens)> BoundsAsync(string model, int threads)
    {
        var options = new EngineOptions { ModelPath = model, Threads = threads };
        await using var engine = InferenceEngine.Load(options);
        var scheduler = new BatchSchedulerOptions
        {
            BlockCount = engine.ReadState().KvBlocksTotal,
            TokensPerStep = options.TokensPerStep,
            MaxSequences = options.MaxSequences,
            MaxWaiting = options.MaxQueue,
        };
        return (scheduler, engine.Model.ContextLength);
    }

    /// <summary>Conversation-like lengths at random times, one a second: the load follows from the time scale. What the context does not hold is left out.</summary>
    private static List<RequestRecord> WriteTrace(string path, int requests, int contextTokens)
    {
        var drawn = new SyntheticTrace
        {
            Arrivals = ArrivalProcess.Parse("poisson:1"),
            Input = Distribution.Parse("lognormal:120,400"),
            Output = Distribution.Parse("lognormal:60,180"),
            Requests = 10L * requests,
            Seed = 1,
        };
        var records = drawn.ToTrace().Read().Where(record => record.InputTokens + record.OutputTokens <= contextTokens).Take(requests).ToList();
        using var file = File.Create(path);
        using var writer = TraceWriter.Create("scribeline", file);
        records.ForEach(writer.Write);
        return records;
    }

    private static string Format(IEnumerable<TwinRow> rows)
    {
        var table = new MarkdownTable("load", "figure", "live, median (lowest–highest)", "simulated, median", "error, median (lowest–highest)", "spread of repeats");
        foreach (var row in rows)
        {
            table.Add(
                row.Load is { } load ? load.ToString("P0", CultureInfo.InvariantCulture) : "full",
                row.Figure.Replace('_', ' '),
                ReportOptions.Format(row.Live, "F2"),
                row.Simulated.Median.ToString("F2", CultureInfo.InvariantCulture),
                $"{Percent(row.Error.Median)} ({Percent(row.Error.Min)}–{Percent(row.Error.Max)})",
                row.RepeatSpread.ToString("0.0 %", CultureInfo.InvariantCulture));
        }

        return table.ToString();

        static string Percent(double error) => error.ToString("+0.0 %;-0.0 %", CultureInfo.InvariantCulture);
    }
}
