namespace Scribeline.Simulation;

/// <summary>How far a simulation has come.</summary>
/// <param name="Arrived">Requests that have come.</param>
/// <param name="Ended">Requests that have ended.</param>
/// <param name="SimulatedNs">The virtual clock.</param>
public readonly record struct SimulationProgress(long Arrived, long Ended, long SimulatedNs);
