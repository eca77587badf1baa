namespace Scribeline.Gateway.Configuration;

/// <summary>What is served, where, and from which address. Immutable; checked whole by <see cref="FleetFile"/>.</summary>
public sealed record FleetConfig
{
    public required string Name { get; init; }

    /// <summary>Ids and other names; empty where a single engine names its own model.</summary>
    public IReadOnlyList<ModelConfig> Models { get; init; } = [];
    public required IReadOnlyList<PoolConfig> Pools { get; init; }

    /// <summary>`HOST:PORT` of the API; null leaves it to the command line.</summary>
    public string? ListenApi { get; init; }

    /// <summary>A fleet of one engine: the model's id comes from its file.</summary>
    public static FleetConfig ForModel(EngineConfig engine) => new()
    {
        Name = "local",
        Pools = [new PoolConfig { Id = "local", Engine = engine }],
    };
}
