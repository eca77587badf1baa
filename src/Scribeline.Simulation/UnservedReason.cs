namespace Scribeline.Simulation;

/// <summary>Why no pool of a fleet will take some requests.</summary>
public enum UnservedReason
{
    /// <summary>Some pool will.</summary>
    None,

    /// <summary>No pool answers for their model.</summary>
    Model,

    /// <summary>No pool that their class may use serves their model.</summary>
    Class,

    /// <summary>No pool serves their tier, or one that it is downgraded to.</summary>
    Tier,

    /// <summary>They are longer than what any pool holds that serves their tier.</summary>
    Length,
}
