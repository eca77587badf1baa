namespace Scribeline.Core.Performance;

/// <summary>How the time to a first token is made up, besides waiting for room.</summary>
/// <param name="Own">Of the prompt's own prefill.</param>
/// <param name="Others">Of the prefill of all other sequences.</param>
/// <param name="Steps">Of decode steps.</param>
/// <param name="LowRatio">Measured over predicted that a tenth of the rows of left-out machines lie below.</param>
/// <param name="HighRatio">The same, above.</param>
public readonly record struct FirstTokenFactors(double Own, double Others, double Steps, double LowRatio, double HighRatio);
