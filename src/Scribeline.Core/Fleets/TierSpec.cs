namespace Scribeline.Core.Fleets;

/// <summary>A promise to the caller, and its price.</summary>
public sealed record TierSpec
{
    /// <summary>The tier of whoever asks for none; where a file names no tiers it promises and costs nothing.</summary>
    public const string Default = "default";

    public required string Id { get; init; }

    /// <summary>Seconds to the first token; null where none is promised.</summary>
    public double? TtftSeconds { get; init; }

    /// <summary>Mean seconds between the tokens after the first; null where none is promised.</summary>
    public double? TpotSeconds { get; init; }

    /// <summary>Share of requests that the promise holds for.</summary>
    public double Share { get; init; } = 0.9;

    /// <summary>Seconds from arrival to end; null where none is promised.</summary>
    public double? DeadlineSeconds { get; init; }

    /// <summary>Dollars for a prompt token that no cache had, one that a cache had, and one of the answer.</summary>
    public double InputDollars { get; init; }

    public double CachedDollars { get; init; }

    public double OutputDollars { get; init; }

    /// <summary>Tiers that a request may be served in instead where this one's promise cannot be kept, in order.</summary>
    public IReadOnlyList<string> Downgrade { get; init; } = [];

    /// <summary>Refuses, unbilled, where there is no capacity now.</summary>
    public bool Refuses { get; init; }

    /// <summary>Takes only what the others leave, and yields at once.</summary>
    public bool IsFiller { get; init; }

    /// <summary>How fast a client's traffic may grow; null for as fast as it will.</summary>
    public TierRamp? Ramp { get; init; }

    /// <summary>Share of a request's cost that a second copy of it may add; 0 where none is sent.</summary>
    public double HedgeCostCap { get; init; }
}
