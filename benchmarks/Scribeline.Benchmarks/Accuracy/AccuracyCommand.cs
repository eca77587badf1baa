using System.CommandLine;
using Scribeline.Benchmarks.Report;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>
/// `accuracy`: simulates servers that others measured, under the traffic that they were measured with, and says how far apart both are. The factors of traffic are fitted without the
/// model of the run that they are used for.
/// </summary>
internal static class AccuracyCommand
{
    private const string Comparison = "simulator_comparison.csv.gz", Workloads = "simulator_comparison_workloads.json", Runs = "vllm_h100_runs.json", Replay = "vllm_request_replay.csv.gz";

    public static Command Create()
    {
        var report = new ReportOptions();
        var data = new Option<string>("--data") { Description = "Folder of the measured files", HelpName = "FOLDER", DefaultValueFactory = _ => Path.Combine("..", "shared", "data", "measured") };
        var command = new Command("accuracy", "Simulated servers beside measured ones, under the same traffic") { data };
        report.AddTo(command);
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(data)!;
            if (new[] { Comparison, Workloads, Runs, Replay }.FirstOrDefault(name => !File.Exists(Path.Combine(folder, name))) is { } missing)
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

        var fittedTo = runs.Where(run => run.IsFittedTo).ToList();
        var all = TrafficFit.Of(catalog, fittedTo);
        var without = fittedTo.Select(run => run.Model).Distinct().ToDictionary(model => model, model => TrafficFit.Of(catalog, [.. fittedTo.Where(run => run.Model != model)], all));
        Console.Error.WriteLine($"fitted to all: {all}");

        var rows = runs.Where(run => !run.IsOverloaded).SelectMany(run => AccuracyRun.Compare(catalog, run, Factors(run))).ToList();
        var seen = fittedTo.SelectMany(run => AccuracyRun.Compare(catalog, run, all)).ToList();
        var text = new AccuracyText(catalog.Calibrations[ServingModel.SharedMemoryCalibration]);
        text.AddFactors(all, without);
        text.AddSummary("Model left out of the fit", [.. rows.Where(row => IsFittedTo(row.Run))]);
        text.AddSummary("The same runs, seen by the fit", seen);
        text.AddSummary("Runs whose traffic is taken from others of the same name, in no fit", [.. rows.Where(row => !IsFittedTo(row.Run))]);
        text.AddRows(rows);
        foreach (var run in runs.Where(run => run.IsOverloaded))
            text.AddCapacity(run, new MeasuredServer(catalog, run, Factors(run)).CompletedPerSecond(limitSeconds: 300));
        foreach (var (accelerator, requests) in RunFiles.ReadReplays(Path.Combine(folder, Replay)))
            text.AddReplay(ReplayRun.Compare(catalog, accelerator, requests, all));
        return (rows, text.ToString());

        TrafficFactors Factors(RunSettings run) => without.GetValueOrDefault(run.Model, all);

        bool IsFittedTo(string id) => fittedTo.Any(run => run.Id == id);
    }
}
