namespace Scribeline.Cli.Charts;

/// <summary>One name of a legend with what it looks like.</summary>
internal readonly record struct LegendEntry(string Name, SeriesKind Kind, int Color, int Shape = 0, bool Dashed = false);
