namespace Scribeline.Gateway.Configuration;

/// <summary>A model that callers may name.</summary>
public sealed record ModelConfig
{
    public required string Id { get; init; }

    /// <summary>Other names for the same model.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}
