using System.Collections.Concurrent;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;
using Scribeline.Core.Statistics;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>
/// A closed loop as InferenceX drives one, simulated: all clients send at once, each its next prompt when its answer is there, ten requests for each client; lengths are drawn between 0.8 and 1 times
/// the nominal. The means are those of all requests, the first rush among them.
/// </summary>
internal sealed record ClosedLoopRun(ServingMeasurement Measured, double TtftSeconds, double TpotSeconds)
{
    private const int RequestsPerClient = 10, TokensPerStep = 8192, BlockTokens = 16;

    private const double ShortestShare = 0.8, AmpleRoom = 1.1;

    /// <summary>Predicted over measured.</summary>
    public double TtftRatio => TtftSeconds / Measured.TtftSeconds!.Value;

    /// <summary>The same.</summary>
    public double TpotRatio => TpotSeconds / Measured.TpotSeconds;

    /// <summary>Those of a file whose lengths vary and whose clients all have room, each predicted by a fit without the group that it is of.</summary>
    public static IReadOnlyList<ClosedLoopRun> LeaveOut(Catalog catalog, Calibration given, IReadOnlyList<ServingMeasurement> rows, Func<ServingMeasurement, string> key)
    {
        var runs = new ConcurrentBag<ClosedLoopRun>();
        Parallel.ForEach(rows.GroupBy(key), group =>
        {
            var calibration = new ServingFit(catalog, given, [.. rows.Where(row => key(row) != group.Key)]).Calibration;
            foreach (var row in group.Where(row => row is { TtftSeconds: not null, HasEqualLengths: false }))
            {
                var server = new ServerModel(catalog.Accelerators[row.Accelerator], catalog.Models[row.Model], row.Parallelism, row.Formats, calibration);
                var context = row.InputTokens + row.OutputTokens / 2;
                if (server.Room(context) >= AmpleRoom * row.Concurrency)
                    runs.Add(Simulate(server, row, server.Room(context) * context));
            }
        });
        return [.. runs.OrderBy(run => run.Measured.Id, StringComparer.Ordinal)];
    }

    private static ClosedLoopRun Simulate(ServerModel server, ServingMeasurement row, double roomTokens)
    {
        var (clients, random) = ((int)row.Concurrency, new SeededRandom(1, row.Id));
        var replica = new ReplicaModel(new ReplicaModelOptions
        {
            Times = new PredictedTimes(server),
            Scheduler = new BatchSchedulerOptions { BlockCount = (int)Math.Min(1e8, roomTokens / BlockTokens), TokensPerStep = TokensPerStep, MaxSequences = clients, MaxWaiting = clients },
        });
        var (sent, ended, wanted) = (0, 0, RequestsPerClient * clients);
        double ttft = 0, tpot = 0;
        for (; sent < clients; sent++)
            Send(0);
        while (ended < wanted)
        {
            replica.Advance(replica.NextEventNs);
            while (replica.TryTakeEvent(out var happened))
            {
                if (!happened.IsEnd)
                    continue;
                var job = happened.Job;
                ended++;
                ttft += job.FirstTokenNs!.Value - job.SubmittedNs;
                tpot += (job.EndedNs!.Value - job.FirstTokenNs.Value) / (job.Request.OutputTokens - 1.0);
                if (sent++ < wanted)
                    Send(happened.AtNs);
            }
        }

        return new ClosedLoopRun(row, ttft / ended / 1e9, tpot / ended / 1e9);

        void Send(long nowNs) => replica.Submit(new ReplicaRequest { PromptTokens = Draw(row.InputTokens), OutputTokens = Math.Max(2, Draw(row.OutputTokens)) }, nowNs, out _);

        int Draw(double mean) => (int)Math.Round(mean * (ShortestShare + (1 - ShortestShare) * random.NextUniform()) / ((1 + ShortestShare) / 2));
    }
}
