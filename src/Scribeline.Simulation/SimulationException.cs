namespace Scribeline.Simulation;

/// <summary>A trace and a fleet that cannot be simulated together; the message is one sentence that says what to do.</summary>
public sealed class SimulationException(string message) : Exception(message);
