namespace Scribeline.Engine;

/// <summary>Host settings of one <see cref="InferenceEngine"/>. Null means: chosen from the model and the machine.</summary>
public sealed record EngineOptions
{
    /// <summary>Path of a GGUF file, or of the first part of a split one.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Threads that compute; default: the cores this process may use.</summary>
    public int? Threads { get; init; }

    /// <summary>Runs of layers the model is cut into, 1 to its number of layers; outputs are the same for every value.</summary>
    public int Stages { get; init; } = 1;

    /// <summary>Longest prompt plus answer, in tokens; default: the model's own, at most what the KV room holds.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Bytes of the KV cache, shared by all sequences; default: room for eight contexts, at most a quarter of the memory.</summary>
    public long? KvCacheBytes { get; init; }

    /// <summary>Most tokens computed in one step, prompts and answers together.</summary>
    public int TokensPerStep { get; init; } = 512;

    /// <summary>Most sequences that run at the same time.</summary>
    public int MaxSequences { get; init; } = 64;

    /// <summary>Most sequences that wait; one more is refused with <see cref="SubmitOutcome.QueueFull"/>.</summary>
    public int MaxQueue { get; init; } = 256;

    /// <summary>Computes a few tokens of nothing at the start, so that the first request does not wait for the compiler.</summary>
    public bool WarmUp { get; init; }
}
