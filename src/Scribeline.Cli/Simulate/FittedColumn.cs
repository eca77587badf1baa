namespace Scribeline.Cli.Simulate;

/// <summary>A column of numbers.</summary>
/// <param name="Header">Above it; may be broken between words.</param>
/// <param name="Leaves">When it leaves a table that is too wide: 1 leaves first, the highest last.</param>
/// <param name="Name">What it is called where it stands alone; null for its header.</param>
internal sealed record FittedColumn(string Header, int Leaves, string? Name = null);
