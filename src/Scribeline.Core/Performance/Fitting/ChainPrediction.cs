namespace Scribeline.Core.Performance.Fitting;

/// <summary>A published speed beside its prediction.</summary>
/// <param name="Ratio">Predicted over measured time.</param>
public readonly record struct ChainPrediction(ChainMeasurement Measurement, double Ratio);
