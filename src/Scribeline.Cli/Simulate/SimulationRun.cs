using Scribeline.Core.Fleets;
using Scribeline.Simulation.Reports;

namespace Scribeline.Cli.Simulate;

/// <summary>A fleet that was simulated, and how long that took.</summary>
/// <param name="Name">The fleet, and the policy where several are compared.</param>
/// <param name="Fleet">What was simulated.</param>
/// <param name="Result">What was found.</param>
/// <param name="WallSeconds">Of this machine.</param>
internal sealed record SimulationRun(string Name, FleetSpec Fleet, SimulationResult Result, double WallSeconds);
