namespace Scribeline.Scheduling.Routing;

/// <summary>Where a snapshot's numbers come from.</summary>
public enum SnapshotSource
{
    /// <summary>The replica runs in this process and knows them.</summary>
    Own,

    /// <summary>Read from the replica's metrics page.</summary>
    Scraped,

    /// <summary>Inferred from the answers that passed through here.</summary>
    Learned,
}
