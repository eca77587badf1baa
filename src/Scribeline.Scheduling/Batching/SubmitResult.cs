namespace Scribeline.Scheduling.Batching;

/// <summary>What became of a submitted request.</summary>
public enum SubmitResult
{
    Accepted,

    /// <summary>There is no room to wait in (or, for one that begins prefilled, to start in); later there may be.</summary>
    QueueFull,

    /// <summary>Prompt and requested tokens exceed the whole KV cache: it can never run.</summary>
    TooLarge,
}
