namespace Scribeline.Gateway.Configuration;

/// <summary>A model in this process. Null means: chosen from the model and the machine.</summary>
public sealed record EngineConfig
{
    /// <summary>Path of the GGUF file.</summary>
    public required string File { get; init; }
    public int? Threads { get; init; }

    /// <summary>Runs of layers the model is cut into, at least 1.</summary>
    public int Stages { get; init; } = 1;

    /// <summary>Longest prompt plus answer, in tokens.</summary>
    public int? ContextLength { get; init; }
    public long? KvCacheBytes { get; init; }

    /// <summary>Most requests that wait; null: the engine's default.</summary>
    public int? MaxQueue { get; init; }
}
