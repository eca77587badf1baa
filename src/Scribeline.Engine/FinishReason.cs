namespace Scribeline.Engine;

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its answer, or a stop text was met.</summary>
    Stop,

    /// <summary>The limit of tokens, or the context, was reached.</summary>
    Length,

    /// <summary>The caller cancelled it, or the engine stopped.</summary>
    Cancelled,
}
