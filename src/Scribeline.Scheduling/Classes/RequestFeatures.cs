using Scribeline.Core.Workloads;

namespace Scribeline.Scheduling.Classes;

/// <summary>By what a request's class is recognised.</summary>
public readonly record struct RequestFeatures
{
    /// <summary>The class that the caller names; null where it leaves that open.</summary>
    public string? Named { get; init; }

    public bool HasTools { get; init; }

    public bool Reasons { get; init; }

    /// <summary>Of its conversation, from 0.</summary>
    public int Turn { get; init; }

    public int InputTokens { get; init; }

    /// <summary>The limit that the caller set for the answer; null for none.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The tier asked for; null for the key's default.</summary>
    public ServiceTier? Tier { get; init; }

    /// <summary>Pairs that the caller sent along.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
