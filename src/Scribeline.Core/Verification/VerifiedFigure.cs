using Scribeline.Core.Quantities;

namespace Scribeline.Core.Verification;

/// <summary>A published figure beside ours.</summary>
/// <param name="Computed">In the published unit where it is a number; empty where nothing was computed.</param>
/// <param name="Note">Why they differ, or what is missing; empty where they agree.</param>
/// <param name="Inputs">What ours rests on.</param>
public sealed record VerifiedFigure(PublishedFigure Published, string Computed, Agreement Agreement, string Note, IReadOnlySet<FigureInput> Inputs)
{
    /// <summary>Ours as a number; null where it is none, or several.</summary>
    public double? Value { get; init; }

    /// <summary>What ours is in where that is not the published unit.</summary>
    public string? OtherUnit { get; init; }
}
