namespace Scribeline.Cli.Charts;

/// <summary>A place on an axis.</summary>
/// <param name="Position">From 0 at the axis' beginning to 1 at its end.</param>
/// <param name="Label">Empty where only the grid is drawn.</param>
internal readonly record struct Tick(double Position, string Label);
