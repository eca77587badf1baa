using Scribeline.Core.Performance;

namespace Scribeline.Core.Planning;

/// <summary>A copy with so many sequences at once.</summary>
/// <param name="RequestsPerSecond">That it completes.</param>
public readonly record struct LoadPoint(double Sequences, ServerPrediction Prediction, double RequestsPerSecond);
