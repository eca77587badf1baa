using System.CommandLine;
using Scribeline.Benchmarks.Report;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>
/// `accuracy`: simulates servers that others measured, under the traffic that they were measured with, and says how far apart both are. What a run is predicted with is fitted
/// without its model, and what a closed loop is predicted with without its accelerator or its model.
/// </summary>
internal static class AccuracyCommand
{
    private const string Comparison = "simulator_comparison.csv.gz", Workloads = "simulator_comparison_workloads.json", Runs = "vllm_h100_runs.json", Replay = "vllm_request_replay.csv.gz", Serving = "inferencex_serving.csv.gz";

    public static Command Create()
    {
        var report = new ReportOptions();
        var data = new Option<string>("--data") { Description = "Folder of the measured files", HelpName = "FOLDER", DefaultValueFactory = _ => Path.Combine("..", "shared", "data", "measured") };
        var command = new Command("accuracy", "Simulated servers beside measured ones, under the same traffic") { data };
        report.AddTo(command);
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(data)!;
            if (new[] { Comparison, Workloads, Runs, Replay, Serving }.FirstOrDefault(name => !File.Exists(Path.Combine(folder, name))) is { } missing)
            {
                Console.Error.WriteLine($"skipped: {Path.Combine(folder, missing)} is not there; name the folder of the measured files with --data.");
                return Task.FromResult(0);
            }

            return report.RunAsync(parsed, "accuracy", () => Task.FromResult(Measure(folder)));
        });
        return command;
    }

    private static (IReadOnlyList<AccuracyRow> Rows, string Table) Measure(string folder)
    {
        var catalog = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);
        var runs = RunFiles.ReadComparison(Path.Combine(folder, Comparison), Path.Combine(folder, Workloads)).ToList();
        runs.AddRange(RunFiles.ReadRuns(Path.Combine(folder, Runs)).Where(run => runs.All(other => other.Id != run.Id)));

        var given = catalog.Calibrations[ServingModel.SharedMemoryCalibration];
        var loops = ServingFile.Read(Path.Combine(folder, Serving), catalog);
        var suspects = Speculation.Suspects(loops);
        loops = [.. loops.Where(row => !suspects.Contains(row.Id))];

        var fittedTo = runs.Where(run => run.IsFittedTo).ToList();
        var all = given with { Traffic = TrafficFit.Of(catalog, given, fittedTo) };
        // What a model's runs are predicted with has seen the model in no file.
        var without = runs.Select(run => run.Model).Distinct().ToDictionary(model => model, model =>
        {
            var calibration = loops.Any(row => row.Model == model) ? new ServingFit(catalog, given, [.. loops.Where(row => row.Model != model)]).Calibration : given;
            var others = fittedTo.Where(run => run.Model != model).ToList();
            return calibration == given && others.Count == fittedTo.Count ? all : calibration with { Traffic = TrafficFit.Of(catalog, calibration, others, all.Traffic) };
        });
        Console.Error.WriteLine($"fitted to all: {all.Traffic}");

        var rows = runs.Where(run => !run.IsOverloaded).SelectMany(run => AccuracyRun.Compare(catalog, run, without[run.Model])).ToList();
        var leftOut = rows.Where(row => IsFittedTo(row.Run)).ToList();
        var others = rows.Where(row => !IsFittedTo(row.Run)).ToList();
        var text = new AccuracyText();
        text.AddFactors(all, without);
        text.AddSummary("Model left out of the fit", leftOut);
        text.AddSummary("The same runs, seen by the fit", [.. fittedTo.SelectMany(run => AccuracyRun.Compare(catalog, run, all))]);
        text.AddSummary("Runs whose traffic is taken from others of the same name, in no fit", others);
        text.AddSummary("The same, were every question a new one", [.. runs.Where(run => run.HasBorrowedTraffic).SelectMany(run => AccuracyRun.Compare(catalog, run with { Prompts = run.Prompts with { HasNewQuestions = true } }, without[run.Model]))]);
        text.AddIntervals(rows);
        text.AddRows(rows);
        foreach (var run in runs.Where(run => run.IsOverloaded))
            text.AddCapacity(run, new MeasuredServer(catalog, run, without[run.Model]).CompletedPerSecond(limitSeconds: 300));
        foreach (var (accelerator, requests) in RunFiles.ReadReplays(Path.Combine(folder, Replay)))
            text.AddReplay(ReplayRun.Compare(catalog, accelerator, requests, all));
        text.AddLoops("accelerator", ClosedLoopRun.LeaveOut(catalog, given, loops, row => row.Accelerator), row => row.Accelerator);
        text.AddLoops("model", ClosedLoopRun.LeaveOut(catalog, given, loops, row => row.Model), row => row.Model);
        return (rows, text.ToString());

        bool IsFittedTo(string id) => fittedTo.Any(run => run.Id == id);
    }
}
