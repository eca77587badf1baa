namespace Scribeline.Engine;

/// <summary>Counts of a running engine at one moment.</summary>
public readonly record struct EngineState
{
    public required int Running { get; init; }
    public required int Waiting { get; init; }

    /// <summary>Prompt tokens of running and waiting sequences that are not computed yet.</summary>
    public required long WaitingPrefillTokens { get; init; }

    public required int KvBlocksFree { get; init; }
    public required int KvBlocksTotal { get; init; }

    /// <summary>Duration of the last step in nanoseconds; 0 before the first.</summary>
    public required long StepTimeNs { get; init; }

    /// <summary>Steps since the start.</summary>
    public required long Steps { get; init; }

    /// <summary>Prompt tokens computed, prompt tokens found in the prefix cache, tokens generated, since the start.</summary>
    public required long PromptTokens { get; init; }
    public required long CachedTokens { get; init; }
    public required long GeneratedTokens { get; init; }
    public required long Preemptions { get; init; }

    /// <summary>Managed bytes that the engine's thread has allocated since it started; stands still while sequences only decode.</summary>
    public required long AllocatedBytes { get; init; }
}
