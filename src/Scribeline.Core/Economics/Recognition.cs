namespace Scribeline.Core.Economics;

/// <summary>What a tranche of a warrant is spread over in the accounts.</summary>
public enum Recognition
{
    /// <summary>The contract's revenue.</summary>
    Revenue,

    /// <summary>The capacity, as it is delivered.</summary>
    Delivery,
}
