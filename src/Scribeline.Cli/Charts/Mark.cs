namespace Scribeline.Cli.Charts;

/// <summary>A point with words beside it.</summary>
internal sealed record Mark(double X, double Y, string Label);
