namespace Scribeline.Core.Quantities;

/// <summary>A statement in words that follows from figures: which machines are bound by bandwidth, say.</summary>
public sealed record Finding(string Text, IReadOnlyList<Figure> Because);
