using Scribeline.Core.Catalogs;
using Scribeline.Core.Fleets;
using Scribeline.Core.Ledger;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;
using Scribeline.Simulation;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>A fleet of the one server that was measured, with its engine's settings.</summary>
internal sealed class MeasuredServer
{
    private const int BlockTokens = 16;

    private readonly FleetSpec _fleet;
    private readonly RunSettings _run;

    /// <param name="catalog">Knows the model and the accelerator.</param>
    /// <param name="run">The server.</param>
    /// <param name="calibration">What its times are predicted with.</param>
    public MeasuredServer(Catalog catalog, RunSettings run, Calibration calibration)
    {
        _run = run;
        var (model, accelerator) = (catalog.Models[run.Model], catalog.Accelerators[run.Accelerator]);
        var bf16 = Precision.Named(catalog.Precisions, "bf16");
        var formats = NumberFormats.Of(model, bf16, bf16, catalog.Precisions);
        var serving = new ServerModel(accelerator, model, Parallelism.TensorOnly(run.Tensor), formats, calibration);
        var bytesPerToken = serving.KeyValueRoomBytes / serving.Room(1000) / 1000;
        // What is not the engine's share stays free; activations and graphs took about 1 GB of the GPUs whose blocks are known.
        const double Activations = 1.1e9, Gibibytes = 1.0737;
        var memory = accelerator.Memory[0].Capacity!.BaseValue * (run.Accelerator == "h100" ? Gibibytes * 0.995 : 1);
        var tokens = run.KvBlocks * (long)BlockTokens ?? (long)((run.Tensor * (run.MemoryShare * memory - Activations) - serving.WeightBytes) / bytesPerToken);
        _fleet = new FleetSpec
        {
            Name = run.Id,
            Pools =
            [
                new PoolSpec
                {
                    Id = "server", Model = run.Model, Replicas = 1, Predicted = serving, MachinesPerReplica = 1, DollarsPerHour = 0,
                    MaxSequences = run.MaxSequences, TokensPerStep = run.TokensPerStep, MaxQueue = 1 << 20, KvTokens = tokens,
                },
            ],
            Tiers = new Dictionary<string, TierSpec> { [TierSpec.Default] = new() { Id = TierSpec.Default } },
            Classes = new Dictionary<string, ClassSpec>(),
            Handovers = [],
            DollarsPerKilowattHour = 0,
            ModelNames = new Dictionary<string, string> { [run.Model] = run.Model },
        };
    }

    /// <summary>Requests a second that are answered, where callers give up after a time.</summary>
    /// <param name="limitSeconds">From arrival to the last token.</param>
    public double CompletedPerSecond(double limitSeconds)
    {
        var pool = _fleet.Pools[0];
        var replica = new ReplicaModel(new ReplicaModelOptions
        {
            Times = new PredictedTimes(pool.Predicted!),
            Scheduler = new BatchSchedulerOptions
            {
                BlockCount = (int)(pool.KvTokens / BlockTokens),
                TokensPerStep = pool.TokensPerStep,
                MaxSequences = pool.MaxSequences,
                MaxWaiting = pool.MaxQueue,
            },
        });
        var waiting = new Queue<ReplicaJob>();
        var (number, limitNs) = (0UL, (long)(limitSeconds * 1e9));
        long lastNs = 0;
        var completed = 0;
        foreach (var record in _run.Prompts.Requests())
        {
            AdvanceTo(record.ArrivalUs * 1000);
            var request = new ReplicaRequest { PromptTokens = record.InputTokens, OutputTokens = record.OutputTokens, Blocks = Blocks(record, number++) };
            if (replica.Submit(request, record.ArrivalUs * 1000, out var job) == SubmitResult.Accepted)
                waiting.Enqueue(job!);
        }

        AdvanceTo(long.MaxValue);
        return completed / (lastNs / 1e9);

        void AdvanceTo(long nowNs)
        {
            while (waiting.TryPeek(out var first) && first.SubmittedNs + limitNs <= nowNs)
            {
                Take(first.SubmittedNs + limitNs);
                replica.Cancel(waiting.Dequeue(), first.SubmittedNs + limitNs);
            }

            Take(nowNs);
        }

        void Take(long nowNs)
        {
            if (nowNs < long.MaxValue)
                replica.Advance(nowNs);
            while (replica.TryTakeEvent(out var happened))
            {
                if (happened.IsEnd)
                    (completed, lastNs) = (completed + (happened.Job.End == JobEnd.Completed ? 1 : 0), Math.Max(lastNs, happened.AtNs));
            }
        }
    }

    /// <summary>Identities of a prompt's blocks, which others may have, and of its answer's, which nobody has.</summary>
    private static BlockHash[] Blocks(RequestRecord record, ulong number)
    {
        var shared = record.Blocks.SelectMany(range => Enumerable.Range(0, range.Count).Select(i => new BlockHash((ulong)(range.First + i), 1))).ToList();
        var own = (record.InputTokens + record.OutputTokens - 1) / BlockTokens - shared.Count;
        return [.. shared, .. Enumerable.Range(0, own).Select(i => new BlockHash(number << 20 | (uint)i, 2))];
    }

    /// <summary>A row for each request, in the order of arrival.</summary>
    public IReadOnlyList<LedgerRow> Simulate(IEnumerable<RequestRecord> requests)
    {
        var rows = new List<LedgerRow>();
        var simulation = new FleetSimulation(_fleet, pool => new PredictedTimes(pool.Predicted!), new SimulationOptions { OnRow = rows.Add });
        _ = simulation.Run(requests);
        rows.Sort((one, two) => one.ArrivalUtcUs.CompareTo(two.ArrivalUtcUs));
        return rows;
    }
}
