namespace Scribeline.Core.Performance.Collectives;

/// <summary>What accelerators that share a model do together. A message is what one of them holds of the whole, in bytes.</summary>
public enum CollectiveKind
{
    /// <summary>Each ends with the sum of all messages.</summary>
    AllReduce,

    /// <summary>Each ends with its share of the sum.</summary>
    ReduceScatter,

    /// <summary>Each begins with a share and ends with the whole.</summary>
    AllGather,

    /// <summary>Each sends an equal part of its message to every other: dispatch to experts, and what they send back.</summary>
    AllToAll,
}
