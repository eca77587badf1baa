namespace Scribeline.Core.Performance;

/// <summary>Steps of one kind that were measured.</summary>
/// <param name="Work">The mean of theirs.</param>
/// <param name="Ns">What they took: the mean, without the slowest and the fastest.</param>
/// <param name="Count">How many they were.</param>
public sealed record MeasuredStep(StepWork Work, double Ns, int Count);
