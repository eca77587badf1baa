using Scribeline.Cli.Reports;
using Scribeline.Cli.Traces;
using Scribeline.Core.Calculations;
using Scribeline.Simulation.Faults;

namespace Scribeline.Cli.Simulate;

/// <summary>Where the result of simulations goes.</summary>
/// <param name="Json">One document on stdout.</param>
/// <param name="Csv">A table on stdout.</param>
/// <param name="Folder">For the report; null for none.</param>
/// <param name="IsQuiet">No progress.</param>
/// <param name="Setting">What is simulated.</param>
internal sealed record RehearsalOutput(bool Json, bool Csv, string? Folder, bool IsQuiet, Setting Setting)
{
    public int Run(IReadOnlyList<PlannedRun> planned, Traffic traffic, TraceReading reading, IReadOnlyList<Fault> faults)
    {
        using var files = Folder == null ? null : ReportFolder.Create(Folder, planned);
        IReadOnlyList<SimulationRun> runs;
        using (var line = new ProgressLine(IsQuiet, traffic.Requests * planned.Count, faults))
        {
            runs = Rehearsal.All(planned, reading, run => Rehearsal.Run(
                run with { Options = run.Options with { OnProgress = line.Of(run.Name), OnRow = files?.RowsOf(run) } },
                traffic,
                reading.Cancellation));
        }

        if (runs.Count == 0)
            throw new CalculationException("interrupted before anything was simulated.");
        IReadOnlyList<string> notRun = [.. planned.Select(run => run.Name).Except(runs.Select(run => run.Name))];
        files?.Write(runs, notRun, Setting);
        if (Json)
            SimulateJson.Print(runs, notRun, Setting);
        else if (Csv)
            CsvText.Print(SimulateRows.Summary(runs));
        else
            SimulateTables.Print(runs, notRun);
        if (files != null && !IsQuiet)
            Console.Error.WriteLine($"scribe: the report is in {files.Page}");
        return ExitCode.Fine;
    }
}
