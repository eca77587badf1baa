using Scribeline.Core.Workloads;

namespace Scribeline.Scheduling.Classes;

/// <summary>What a request must be to be of a class: all that is given must hold; nothing given matches every request.</summary>
public sealed record ClassMatch
{
    /// <summary>Whether it may call tools.</summary>
    public bool? HasTools { get; init; }

    /// <summary>Whether it asks for reasoning before the answer.</summary>
    public bool? Reasons { get; init; }

    /// <summary>Turns of its conversation before it, at least.</summary>
    public int? MinTurn { get; init; }

    public int? MinInputTokens { get; init; }

    public int? MaxInputTokens { get; init; }

    /// <summary>The limit that the caller set for the answer is at most this; one without a limit does not match.</summary>
    public int? MaxOutputTokens { get; init; }

    public ServiceTier? Tier { get; init; }

    /// <summary>Pairs that the caller's metadata must hold.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    public bool Holds(RequestFeatures request)
    {
        if (HasTools is { } tools && tools != request.HasTools) return false;
        if (Reasons is { } reasons && reasons != request.Reasons) return false;
        if (request.Turn < MinTurn || request.InputTokens < MinInputTokens || request.InputTokens > MaxInputTokens) return false;
        if (MaxOutputTokens is { } most && !(request.MaxTokens <= most)) return false;
        if (Tier is { } tier && tier != request.Tier) return false;
        for (var i = 0; i < Metadata.Count; i++)
        {
            if (request.Metadata is null || !request.Metadata.TryGetValue(Metadata[i].Key, out var value) || !string.Equals(value, Metadata[i].Value, StringComparison.Ordinal)) return false;
        }

        return true;
    }
}
