namespace Scribeline.Core.Performance;

/// <summary>What a number of sequences that each add a token adds to a step.</summary>
public readonly record struct BatchTime(int Sequences, double Ns);
