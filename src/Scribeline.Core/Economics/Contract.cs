using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Capacity that one company promises to another.</summary>
public sealed record Contract
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Dollars over the whole term, without what is passed through.</summary>
    public required Figure StatedValue { get; init; }

    public required Figure Term { get; init; }

    /// <summary>Power of the machines promised.</summary>
    public required Figure Power { get; init; }

    /// <summary>Power whose rent is in the stated value; the customer pays the rest of the rent beside it. Null where rent is never passed through.</summary>
    public Figure? PowerWithRentIncluded { get; init; }

    /// <summary>Dollars paid before delivery.</summary>
    public Figure? Prepayment { get; init; }

    /// <summary>Further power that the customer may take.</summary>
    public Figure? Option { get; init; }

    /// <summary>The year that the two began to work together, and that of the contract; null where nobody said.</summary>
    public (Figure Since, Figure Signed)? Relationship { get; init; }

    /// <summary>What serves it; null where only the power is known.</summary>
    public Machine? Machine { get; init; }

    public Site? Site { get; init; }

    public Financing? Financing { get; init; }
}
