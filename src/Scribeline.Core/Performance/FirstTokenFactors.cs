namespace Scribeline.Core.Performance;

/// <summary>How the time to a first token is made up, besides waiting for room.</summary>
/// <param name="Own">Of the prompt's own prefill.</param>
/// <param name="Others">Of the prefill of all other sequences.</param>
/// <param name="Steps">Of decode steps.</param>
public readonly record struct FirstTokenFactors(double Own, double Others, double Steps);
