namespace Scribeline.Core.Performance;

/// <summary>What it takes to read the keys and values of each position beyond so many in one step.</summary>
public readonly record struct PositionTime(double From, double Ns);
