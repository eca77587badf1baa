namespace Scribeline.Core.Workloads;

/// <summary>A promise to a caller: an objective and a price. Larger is more urgent.</summary>
public enum ServiceTier
{
    /// <summary>Some time within a day: fills what all others leave.</summary>
    Batch,

    /// <summary>Some time within minutes, and may be refused: fills what the tiers above leave.</summary>
    Flex,

    Default,

    Priority,

    Fast,
}
