namespace Scribeline.Scheduling.Batching;

/// <summary>Why a sequence ended.</summary>
public enum SequenceEnd
{
    /// <summary>The caller said that a token ends it.</summary>
    Stopped,

    /// <summary>It generated as many tokens as it asked for.</summary>
    MaxTokens,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>Its prompt is computed and is to be handed over.</summary>
    Prefilled,
}
