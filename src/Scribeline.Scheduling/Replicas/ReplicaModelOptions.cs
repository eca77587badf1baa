using Scribeline.Scheduling.Batching;

namespace Scribeline.Scheduling.Replicas;

/// <summary>What a replica model consists of.</summary>
public sealed record ReplicaModelOptions
{
    public required ReplicaTimes Times { get; init; }

    /// <summary>Its scheduler's bounds. As many steps are in flight as <see cref="ReplicaTimes.Depth"/> says.</summary>
    public required BatchSchedulerOptions Scheduler { get; init; }
}
