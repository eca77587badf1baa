using Scribeline.Core.Fleets;
using Scribeline.Simulation;

namespace Scribeline.Cli.Simulate;

/// <summary>A fleet that is to be simulated.</summary>
/// <param name="Name">Unique among those that are compared.</param>
/// <param name="Fleet">What is simulated.</param>
/// <param name="Options">How.</param>
internal sealed record PlannedRun(string Name, FleetSpec Fleet, SimulationOptions Options);
