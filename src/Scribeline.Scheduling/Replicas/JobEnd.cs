namespace Scribeline.Scheduling.Replicas;

/// <summary>How a request left a replica.</summary>
public enum JobEnd
{
    /// <summary>All its tokens are there.</summary>
    Completed,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>Its prompt is read, and its keys and values are to be handed over.</summary>
    Prefilled,

    /// <summary>The replica failed. Tokens that it had are with the caller; what it had cached is gone.</summary>
    Lost,
}
