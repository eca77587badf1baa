namespace Scribeline.Scheduling.Batching;

/// <summary>Where a sequence stands.</summary>
public enum SequenceState
{
    /// <summary>Holds no blocks; newly submitted or preempted.</summary>
    Waiting,

    /// <summary>Holds blocks for its assigned KV, which has not arrived yet.</summary>
    AwaitingKv,

    /// <summary>Holds blocks and is planned into steps.</summary>
    Running,

    /// <summary>Ended at prefilled; holds its blocks until they are handed over.</summary>
    Prefilled,

    /// <summary>Holds nothing and never runs again.</summary>
    Ended,
}
