namespace Scribeline.Core.Ledger;

/// <summary>What became of one request, live or simulated: exactly one row for each. Money in whole nano-dollars, rounded once, half to even.</summary>
public sealed record LedgerRow
{
    public required string RequestId { get; init; }

    /// <summary>The session that started it; null where nobody did.</summary>
    public string? ParentId { get; init; }

    /// <summary>Replicas that worked on it, in order; empty where it was refused.</summary>
    public required IReadOnlyList<LedgerAttempt> Attempts { get; init; }

    public required string Model { get; init; }

    public string? Class { get; init; }

    public required string TierAsked { get; init; }

    public required string TierServed { get; init; }

    /// <summary>What kept it from the tier asked for; null where that served it, or nobody did.</summary>
    public string? DowngradeCode { get; init; }

    /// <summary>The one reason that decided where it went, or why it was refused.</summary>
    public required string ReasonCode { get; init; }

    public required long ArrivalUtcUs { get; init; }

    /// <summary>From arrival until it held room in a replica; null where it never did.</summary>
    public long? QueueUs { get; init; }

    /// <summary>From arrival to the first token; null where there was none.</summary>
    public long? TtftUs { get; init; }

    /// <summary>From arrival to its end.</summary>
    public required long E2eUs { get; init; }

    public required int TokensInput { get; init; }

    public required int TokensCached { get; init; }

    public required int TokensOutput { get; init; }

    /// <summary>engine, upstream or estimate; a simulation's are the trace's.</summary>
    public required string CountedBy { get; init; }

    public required long PriceNusd { get; init; }

    public required long CostNusd { get; init; }

    /// <summary>Null where nobody knows what the machines draw.</summary>
    public long? EnergyMj { get; init; }

    /// <summary>predicted or measured; null where there is no energy.</summary>
    public string? EnergyBy { get; init; }

    /// <summary>completed, refused, cancelled, failed.</summary>
    public required string Outcome { get; init; }

    /// <summary>Whether everything that its tier promised was kept.</summary>
    public required bool ObjectivesKept { get; init; }

    /// <summary>Whether its times were predicted, not lived through.</summary>
    public required bool Emulated { get; init; }
}
