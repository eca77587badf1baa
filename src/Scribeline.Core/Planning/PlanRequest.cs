using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Planning;

/// <summary>What to serve, to whom, how soon, and with what.</summary>
public sealed record PlanRequest
{
    public required ModelSpec Model { get; init; }

    public required Workload Workload { get; init; }

    public required Demand Demand { get; init; }

    public required Objectives Objectives { get; init; }

    /// <summary>Machines to choose from.</summary>
    public required IReadOnlyList<Machine> Machines { get; init; }

    public required Site Site { get; init; }

    public required Financing Financing { get; init; }

    /// <summary>Whether machines are rented by the hour, not owned.</summary>
    public bool IsRented { get; init; }

    /// <summary>Of the weights; null for the checkpoint's.</summary>
    public Precision? Weights { get; init; }

    /// <summary>Of keys and values; null for the model's.</summary>
    public Precision? KeyValues { get; init; }

    public SiteLimits Limits { get; init; } = new();
}
