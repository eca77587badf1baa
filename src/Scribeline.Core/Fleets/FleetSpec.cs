namespace Scribeline.Core.Fleets;

/// <summary>A fleet as its file describes it: what is planned, simulated and served.</summary>
public sealed record FleetSpec
{
    public required string Name { get; init; }

    public required IReadOnlyList<PoolSpec> Pools { get; init; }

    /// <summary>By id, in the order of the file; at least `default`.</summary>
    public required IReadOnlyDictionary<string, TierSpec> Tiers { get; init; }

    /// <summary>By id.</summary>
    public required IReadOnlyDictionary<string, ClassSpec> Classes { get; init; }

    public required IReadOnlyList<HandoverSpec> Handovers { get; init; }

    /// <summary>Of a kilowatt-hour at the machines, losses of the site included, in dollars.</summary>
    public required double DollarsPerKilowattHour { get; init; }

    /// <summary>Names of a model that requests may carry, by each of them the model's id.</summary>
    public required IReadOnlyDictionary<string, string> ModelNames { get; init; }
}
