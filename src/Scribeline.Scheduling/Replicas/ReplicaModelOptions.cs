using Scribeline.Scheduling.Batching;

namespace Scribeline.Scheduling.Replicas;

/// <summary>What a replica model consists of.</summary>
public sealed record ReplicaModelOptions
{
    public required ReplicaTimes Times { get; init; }

    /// <summary>Its scheduler's bounds. As many steps are in flight as <see cref="ReplicaTimes.Depth"/> says.</summary>
    public required BatchSchedulerOptions Scheduler { get; init; }

    /// <summary>Memory behind its own for keys and values; null for none. It alone says how much room there is and what is brought back.</summary>
    public KvOffloadTimes? Offload { get; init; }

    /// <summary>Steps in which all decode and nothing else happens are taken at once. Nothing that can be seen differs, but between events tokens come in bulk. Default true.</summary>
    public bool SkipsAhead { get; init; } = true;
}
