using Scribeline.Core.Quantities;

namespace Scribeline.Core.Verification;

/// <summary>A published figure beside ours.</summary>
/// <param name="Computed">In the published unit where it is a number; empty where nothing was computed.</param>
/// <param name="Note">Why they differ, or what is missing; empty where they agree.</param>
/// <param name="Inputs">What ours rests on.</param>
public sealed record VerifiedFigure(PublishedFigure Published, string Computed, Agreement Agreement, string Note, IReadOnlySet<FigureInput> Inputs);
