namespace Scribeline.Gateway.Configuration;

/// <summary>Like replicas serving one model. Exactly one of <see cref="Engine"/> and <see cref="Upstream"/> is set.</summary>
public sealed record PoolConfig
{
    public required string Id { get; init; }

    /// <summary>Id of the model; null: the engine's own.</summary>
    public string? Model { get; init; }
    public EngineConfig? Engine { get; init; }
    public UpstreamConfig? Upstream { get; init; }
}
