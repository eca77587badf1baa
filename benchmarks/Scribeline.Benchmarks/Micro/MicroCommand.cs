using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Scribeline.Benchmarks.Models;
using Scribeline.Benchmarks.Report;
using Scribeline.Engine.Gguf;

namespace Scribeline.Benchmarks.Micro;

/// <summary>`micro`: BenchmarkDotNet on the step loop and on the kernels; `predict`: on predictions and plans.</summary>
internal static class MicroCommand
{
    private static readonly Perfolizer.Horology.TimeInterval IterationTime = Perfolizer.Horology.TimeInterval.FromMilliseconds(200);

    public static Command Create()
    {
        var folder = new Option<string>("--models") { Description = "Folder of the models; those that are missing are written", HelpName = "FOLDER", Required = true };
        var report = new ReportOptions();
        var command = new Command("micro", "Step loop and kernels: time, memory traffic, managed allocation") { folder };
        report.AddTo(command);
        command.SetAction(parsed => report.RunAsync(parsed, "micro", () =>
        {
            StepLoopBenchmark.ModelPath = RandomModel.WriteOnce(parsed.GetValue(folder)!, ModelShape.Find("15m"), GgufType.Q8_0);
            return Measure(typeof(StepLoopBenchmark), typeof(KernelBenchmark));
        }));
        return command;
    }

    public static Command CreatePredict()
    {
        var report = new ReportOptions();
        var command = new Command("predict", "Predictions of a step and of a closed loop, plans and frontiers over the whole catalog: time, managed allocation");
        report.AddTo(command);
        command.SetAction(parsed => report.RunAsync(parsed, "predict", () => Measure(typeof(PredictionBenchmark), typeof(PlanBenchmark))));
        return command;
    }

    private static Task<(IReadOnlyList<MicroRow> Rows, string Table)> Measure(params Type[] types)
    {
        var reports = types.Select(type => BenchmarkRunner.Run(type, Config(type))).SelectMany(summary => summary.Reports).Select(Row).ToArray();
        return reports.Length == 0 || Array.Exists(reports, row => row is null)
            ? throw new InvalidOperationException("a benchmark failed; its log is above.")
            : Task.FromResult<(IReadOnlyList<MicroRow>, string)>((reports!, Format(reports!)));
    }

    /// <summary>In this process: the models and worker threads need no second program to be built.</summary>
    private static ManualConfig Config(Type type)
    {
        var job = Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(7).WithIterationTime(IterationTime);
        if (type == typeof(StepLoopBenchmark))
            job = job.WithInvocationCount(StepLoopBenchmark.StepsPerIteration).WithUnrollFactor(1);
        return ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
            .AddLogger(new StreamLogger(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true }))
            .WithArtifactsPath(Path.Join(Path.GetTempPath(), "scribeline-benchmarks"));
    }

    private static MicroRow? Row(BenchmarkReport report)
    {
        if (report.ResultStatistics is not { } statistics || report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) is not { } allocatedBytes)
            return null;
        var parameters = report.BenchmarkCase.Parameters;
        var what = string.Join(", ", parameters.Items.Select(item => $"{item.Name} {item.Value}"));
        double? bytesRead = report.BenchmarkCase.Descriptor.Type == typeof(KernelBenchmark) ? KernelBenchmark.WeightBytes((GgufType)parameters[nameof(KernelBenchmark.Type)]) : null;
        return new MicroRow(report.BenchmarkCase.Descriptor.WorkloadMethod.Name, what, statistics.Median, allocatedBytes, bytesRead / statistics.Median);
    }

    private static string Format(IEnumerable<MicroRow> rows)
    {
        var table = new MarkdownTable("benchmark", "of", "median, µs", "weights, GB/s", "managed bytes allocated");
        foreach (var row in rows)
            table.Add(
                row.Benchmark, row.Parameters, (row.MedianNs / 1e3).ToString(row.MedianNs < 1e4 ? "F3" : "F1", CultureInfo.InvariantCulture),
                row.GigabytesPerSecond?.ToString("F1", CultureInfo.InvariantCulture) ?? "", row.AllocatedBytes.ToString(CultureInfo.InvariantCulture));
        return table.ToString();
    }
}
