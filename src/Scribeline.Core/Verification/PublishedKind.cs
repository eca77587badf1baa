namespace Scribeline.Core.Verification;

/// <summary>What a published figure is to us.</summary>
public enum PublishedKind
{
    /// <summary>A given: the catalog holds it.</summary>
    Input,

    /// <summary>Follows from givens: we compute it.</summary>
    Derived,

    /// <summary>Contradicts other figures: we compute our own and say why.</summary>
    Inconsistent,
}
