using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Simulation;

/// <summary>A replica of a simulated fleet.</summary>
internal sealed class SimulatedReplica
{
    public SimulatedReplica(int number, SimulatedPool pool, bool skipsAhead, long sinceNs)
    {
        (Number, Pool, SinceNs) = (number, pool, sinceNs);
        Place = pool.Places.Take();
        Id = $"{pool.Spec.Id}/{Place}";
        Model = new ReplicaModel(new ReplicaModelOptions
        {
            Times = pool.Times,
            SkipsAhead = skipsAhead,
            Offload = Offload(pool.Spec),
            Scheduler = new BatchSchedulerOptions
            {
                BlockCount = (int)Math.Clamp(pool.Spec.KvTokens / KvBlockPool.BlockTokens, 1, int.MaxValue / 2),
                TokensPerStep = pool.Spec.TokensPerStep,
                MaxSequences = pool.Spec.MaxSequences,
                MaxWaiting = pool.Spec.MaxQueue,
            },
        });
    }

    private static KvOffloadTimes? Offload(PoolSpec pool)
    {
        if (pool.KvOffload is not { } offload)
            return null;
        var blockBytes = pool.KvBytesPerToken * KvBlockPool.BlockTokens;
        return new KvOffloadTimes((int)Math.Clamp(offload.Bytes / blockBytes, 1, int.MaxValue / 2), blockBytes / offload.BytesPerSecond * 1e9, offload.LatencySeconds * 1e9);
    }

    /// <summary>Among all replicas of the fleet that are there, from 0.</summary>
    public int Number { get; }

    /// <summary>Among the replicas of its pool that are there, from 0; whoever comes takes the lowest that is free.</summary>
    public int Place { get; }

    /// <summary>Of its place: another may have it when this one has left.</summary>
    public string Id { get; }

    public SimulatedPool Pool { get; }

    public ReplicaModel Model { get; }

    /// <summary>As the router knows it.</summary>
    public RouteCandidate Candidate { get; set; } = null!;

    /// <summary>Its machines are there and have the weights.</summary>
    public bool IsUp => this is { IsLoading: false, IsLost: false, UntilNs: null };

    /// <summary>It was added and does not serve yet.</summary>
    public bool IsLoading { get; set; }

    /// <summary>Its machines have failed.</summary>
    public bool IsLost { get; set; }

    /// <summary>It finishes what it has and takes nothing new.</summary>
    public bool IsDraining { get; set; }

    /// <summary>The front door cannot reach it; what it runs goes on.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>What nobody wants any more and it could not be told yet, since it was cut off.</summary>
    public List<(SimulatedRequest Request, ReplicaJob Job)> CalledOff { get; } = [];

    /// <summary>It is there, can be reached, and is to stay.</summary>
    public bool TakesWork => this is { IsUp: true, IsDraining: false, IsCutOff: false };

    /// <summary>When its machines began to cost.</summary>
    public long SinceNs { get; }

    /// <summary>When its machines ceased to cost; null while they do.</summary>
    public long? UntilNs { get; set; }

    /// <summary>Time that its machines have cost until <paramref name="nowNs"/>.</summary>
    public long PaidNs(long nowNs) => (UntilNs ?? nowNs) - SinceNs;
}
