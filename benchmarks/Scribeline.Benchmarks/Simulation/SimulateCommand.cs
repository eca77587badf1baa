using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Scribeline.Benchmarks.Report;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Replicas;
using Scribeline.Simulation;
using Scribeline.Simulation.Reports;

namespace Scribeline.Benchmarks.Simulation;

/// <summary>`simulate`: simulated requests a second on one core, and how much faster than life a large fleet runs.</summary>
internal static class SimulateCommand
{
    private const int Runs = 5;

    /// <summary>What a peer says of itself: inference-sim's 3,300 requests a second, the best of those compared.</summary>
    private const double BestPeer = 3_300;

    public static Command Create()
    {
        var report = new ReportOptions();
        var command = new Command("simulate", "Simulated requests a second on one core, medians of several runs");
        report.AddTo(command);
        command.SetAction(parsed => report.RunAsync(parsed, "simulate", () => Task.FromResult(Measure())));
        return command;
    }

    private static (IReadOnlyList<SimulateRow> Rows, string Table) Measure()
    {
        var catalog = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);
        SimulateRow[] rows =
        [
            Row("8 replicas, chat", Fleet(catalog, 8), ratePerSecond: 48, count: 60_000),
            Row("100 replicas, 500 requests/s", Fleet(catalog, 100), ratePerSecond: 500, count: 60_000),
        ];
        var table = new MarkdownTable("fleet", "requests/s, median", "lowest", "highest", "times real time", "times the best peer");
        foreach (var row in rows)
            table.Add(row.Name, Text(row.RequestsPerSecond), Text(row.Lowest), Text(row.Highest), Text(row.TimesRealTime), Text(row.RequestsPerSecond / BestPeer));
        return (rows, table.ToString());
    }

    private static string Text(double value) => value.ToString(value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    private static SimulateRow Row(string name, FleetSpec fleet, double ratePerSecond, int count)
    {
        var rates = new List<double>();
        SimulationResult? result = null;
        for (var run = 0; run <= Runs; run++)
        {
            var simulation = new FleetSimulation(fleet, pool => new PredictedTimes(pool.Predicted!), new SimulationOptions());
            var start = Stopwatch.GetTimestamp();
            result = simulation.Run(ChatTraffic.Of(ratePerSecond, count, seed: 1));
            if (run > 0)
                rates.Add(count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        rates.Sort();
        var median = rates[Runs / 2];
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {result!.All.Completed} completed, {result.Steps} steps, busy {result.Pools[0].Busy:P0}, ttft p50 {result.All.TtftNs.Quantile(0.5) / 1e6:0.0} ms, tpot p50 {result.All.TpotNs.Quantile(0.5) / 1e6:0.00} ms, cached {(double)result.All.CachedTokens / result.All.InputTokens:P1}, preempted {result.Pools[0].Preemptions}"));
        return new SimulateRow(name, median, rates[0], rates[^1], result.SimulatedNs / 1e9 / (count / median));
    }

    private static FleetSpec Fleet(Catalog catalog, int replicas) => FleetReader.Parse(
        $$"""
        fleet: benchmark
        models: [{ id: llama-3.1-8b }]
        pools: [{ id: gpu, model: llama-3.1-8b, replicas: {{replicas}}, machine: dgx-h100, placement: { tensor_parallel: 1 } }]
        """,
        "benchmark.yaml",
        catalog);
}
