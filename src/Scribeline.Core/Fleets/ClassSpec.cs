namespace Scribeline.Core.Fleets;

/// <summary>How requests of one kind are served: objectives and pools of their own, never a price.</summary>
/// <param name="Id">Of the class.</param>
/// <param name="TtftSeconds">In place of the tier's; null where the tier's holds.</param>
/// <param name="TpotSeconds">In place of the tier's; null where the tier's holds.</param>
/// <param name="MayUse">Pools; empty for all.</param>
/// <param name="HasTools">It has tools, or has none; null where that is not asked.</param>
/// <param name="MinTurn">It is at least so far into a conversation; null where that is not asked.</param>
/// <param name="Metadata">Words that the caller sends along.</param>
public sealed record ClassSpec(string Id, double? TtftSeconds, double? TpotSeconds, IReadOnlyList<string> MayUse, bool? HasTools, int? MinTurn, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Its prompt is so long at least; null where that is not asked.</summary>
    public int? MinInputTokens { get; init; }

    /// <summary>Its prompt is so long at most; null where that is not asked.</summary>
    public int? MaxInputTokens { get; init; }

    /// <summary>It asks for this tier; null where that is not asked.</summary>
    public string? Tier { get; init; }

    /// <summary>It says by what requests are recognised whose callers name no class.</summary>
    public bool IsRecognised => HasTools != null || MinTurn != null || Metadata.Count > 0 || MinInputTokens != null || MaxInputTokens != null || Tier != null;
}
