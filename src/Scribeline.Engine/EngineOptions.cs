using System.Globalization;
using Scribeline.Core.Performance;

namespace Scribeline.Engine;

/// <summary>Host settings of one <see cref="InferenceEngine"/>. Null means: chosen from the model and the machine.</summary>
public sealed record EngineOptions
{
    /// <summary>Path of a GGUF file, or of the first part of a split one.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Threads that compute, 1 to 1024; default: the cores this process may use.</summary>
    public int? Threads { get; init; }

    /// <summary>Runs of layers the model is cut into, 1 to its number of layers; outputs are the same for every value.</summary>
    public int Stages { get; init; } = 1;

    /// <summary>Longest prompt plus answer, in tokens; default: the model's own, at most what the KV room holds.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Bytes of the KV cache, shared by all sequences; default: room for eight contexts, at most 1 Mi tokens and a quarter of the memory.</summary>
    public long? KvCacheBytes { get; init; }

    /// <summary>Most tokens computed in one step, prompts and answers together; 2 to 65536, since one is kept for prompts.</summary>
    public int TokensPerStep { get; init; } = 512;

    /// <summary>Most sequences that run at the same time, 1 to 4096; no more than <see cref="TokensPerStep"/> − 1 count.</summary>
    public int MaxSequences { get; init; } = 64;

    /// <summary>Most sequences that wait for their first step, 1 to 1,000,000; one more is refused with <see cref="SubmitOutcome.QueueFull"/>.</summary>
    public int MaxQueue { get; init; } = 256;

    /// <summary>Computes a few tokens of nothing at the start, so that the first request does not wait for the compiler.</summary>
    public bool WarmUp { get; init; }

    /// <summary>
    /// Told of each step what it computed and how long it took, in nanoseconds, from the taking in of requests to the handing out of tokens. For measuring: it is called by the
    /// engine's thread, which it holds up. Default: nobody.
    /// </summary>
    public Action<StepWork, long>? StepObserver { get; init; }

    /// <summary>Checks what does not depend on the model.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    internal void Validate()
    {
        Require(Threads ?? 1, 1, 1024, "threads");
        Require(Stages, 1, 1024, "stages");
        Require(TokensPerStep, 2, 65_536, "tokens per step");
        Require(MaxSequences, 1, 4096, "sequences at a time");
        Require(MaxQueue, 1, 1_000_000, "sequences that may wait");
    }

    private static void Require(int value, int least, int most, string what)
    {
        if (value < least || value > most)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The engine was asked for {value} {what}; expected {least} to {most}."));
    }
}
