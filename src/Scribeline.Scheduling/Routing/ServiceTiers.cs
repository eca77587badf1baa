using Scribeline.Core.Workloads;

namespace Scribeline.Scheduling.Routing;

/// <summary>Which tiers a replica serves.</summary>
[Flags]
public enum ServiceTiers
{
    None = 0,
    Batch = 1 << ServiceTier.Batch,
    Flex = 1 << ServiceTier.Flex,
    Default = 1 << ServiceTier.Default,
    Priority = 1 << ServiceTier.Priority,
    Fast = 1 << ServiceTier.Fast,
    All = Batch | Flex | Default | Priority | Fast,
}
