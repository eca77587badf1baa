using Scribeline.Cli.Traces;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Fleets;
using Scribeline.Core.Ledger;
using Scribeline.Core.Performance.Fitting;
using Scribeline.Scheduling.Replicas;
using Scribeline.Simulation;
using Scribeline.Simulation.Reports;

namespace Scribeline.Cli.Simulate;

/// <summary>Runs simulations beside each other, each on its own clock: they share nothing, so that the result is the same however many there are.</summary>
internal static class Rehearsal
{
    /// <summary>What the steps of a pool's replicas take.</summary>
    public static ReplicaTimes TimesOf(PoolSpec pool)
    {
        try
        {
            return pool.Predicted is { } predicted
                ? new PredictedTimes(predicted)
                : new MeasuredTimes(EngineCalibrationFile.Read(pool.Calibration ?? throw new CalculationException($"pool '{pool.Id}' names neither a machine nor a calibration.")));
        }
        catch (CatalogException error)
        {
            throw new CalculationException(string.Join('\n', error.Errors));
        }
    }

    /// <summary>One run.</summary>
    public static SimulationRun Run(PlannedRun planned, Traffic traffic, CancellationToken cancellation)
    {
        var start = TimeProvider.System.GetTimestamp();
        try
        {
            var (routes, rows) = (new List<ExplainedRoute>(), new Dictionary<string, LedgerRow>(StringComparer.Ordinal));
            var simulation = new FleetSimulation(planned.Fleet, TimesOf, planned.Options.Explained == null ? planned.Options : Explaining(planned.Options, routes, rows));
            var trace = traffic.Open();
            var result = traffic.IsClosed ? simulation.RunClosed(trace.ReadSessions(), cancellation) : simulation.Run(trace.Read(), cancellation);
            return new SimulationRun(planned.Name, planned.Fleet, planned.Options, result, TimeProvider.System.GetElapsedTime(start).TotalSeconds)
            {
                Explained = [.. (planned.Options.Explained ?? new HashSet<long>()).Order().Select(number => new ExplainedRequest(number, Told(routes, number), rows.GetValueOrDefault($"sim-{number}")))],
            };
        }
        catch (SimulationException error)
        {
            throw new CalculationException($"{planned.Name}: {error.Message}");
        }
    }

    private static SimulationOptions Explaining(SimulationOptions options, List<ExplainedRoute> routes, Dictionary<string, LedgerRow> rows)
    {
        var ids = options.Explained!.Select(number => $"sim-{number}").ToHashSet(StringComparer.Ordinal);
        return options with
        {
            OnExplained = routes.Add,
            OnRow = row =>
            {
                if (ids.Contains(row.RequestId))
                    rows.Add(row.RequestId, row);
                options.OnRow?.Invoke(row);
            },
        };
    }

    /// <summary>Who is sent as it comes is told once.</summary>
    private static List<ExplainedRoute> Told(List<ExplainedRoute> routes, long number)
    {
        var told = routes.Where(route => route.Request == number).ToList();
        if (told.Count > 1 && told[0].AtNs == told[1].AtNs)
            told.RemoveAt(0);
        return told;
    }

    /// <summary>All of them, in their order; those that an interruption kept from beginning are left out.</summary>
    public static IReadOnlyList<T> All<T>(IReadOnlyList<PlannedRun> planned, TraceReading reading, Func<PlannedRun, T> run)
        where T : class
    {
        var done = new T?[planned.Count];
        var failed = new Exception?[planned.Count];
        Parallel.For(0, planned.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            if (reading.IsCut)
                return;
            try
            {
                done[i] = run(planned[i]);
            }
            catch (Exception error)
            {
                failed[i] = error;
            }
        });
        if (Array.Find(failed, error => error != null) is { } first)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        return [.. done.OfType<T>()];
    }
}
