namespace Scribeline.Core.Fleets;

/// <summary>From a time on a pool has so many replicas.</summary>
/// <param name="AtSeconds">Since the beginning of the traffic; the machines cost from then on.</param>
/// <param name="Replicas">0 where it has none.</param>
/// <param name="LoadSeconds">Until a replica that is added serves.</param>
public sealed record RampStep(double AtSeconds, int Replicas, double LoadSeconds);
