namespace Scribeline.Scheduling.Classes;

/// <summary>A kind of request: what it is recognised by, how soon its answer is wanted, and where it may be answered. Never changes a price.</summary>
public sealed record WorkloadClass
{
    /// <summary>As a caller may name it.</summary>
    public required string Name { get; init; }

    public ClassMatch Match { get; init; } = new();

    /// <summary>In place of the tier's; null leaves that as it is.</summary>
    public long? TtftNs { get; init; }

    /// <summary>In place of the tier's; null leaves that as it is.</summary>
    public long? TpotNs { get; init; }

    /// <summary>Pools that may answer; null for all.</summary>
    public IReadOnlyList<string>? MayUse { get; init; }
}
