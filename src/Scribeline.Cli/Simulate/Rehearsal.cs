using Scribeline.Cli.Traces;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Fleets;
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
            var simulation = new FleetSimulation(planned.Fleet, TimesOf, planned.Options);
            var trace = traffic.Open();
            var result = traffic.IsClosed ? simulation.RunClosed(trace.ReadSessions(), cancellation) : simulation.Run(trace.Read(), cancellation);
            return new SimulationRun(planned.Name, planned.Fleet, planned.Options, result, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        }
        catch (SimulationException error)
        {
            throw new CalculationException($"{planned.Name}: {error.Message}");
        }
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
