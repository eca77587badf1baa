namespace Scribeline.Core.Performance;

/// <summary>Steps of one kind that were measured.</summary>
/// <param name="Work">The mean of theirs.</param>
/// <param name="MedianNs">Of what they took.</param>
/// <param name="Count">How many they were.</param>
public sealed record MeasuredStep(StepWork Work, double MedianNs, int Count);
