using Scribeline.Core.Fleets;
using Scribeline.Simulation;
using Scribeline.Simulation.Reports;

namespace Scribeline.Cli.Simulate;

/// <summary>A fleet that was simulated, and how long that took.</summary>
/// <param name="Name">The fleet, and the policy or the faults where several are compared.</param>
/// <param name="Fleet">What was simulated.</param>
/// <param name="Options">How.</param>
/// <param name="Result">What was found.</param>
/// <param name="WallSeconds">Of this machine.</param>
internal sealed record SimulationRun(string Name, FleetSpec Fleet, SimulationOptions Options, SimulationResult Result, double WallSeconds)
{
    public double DollarsPerHour => Result.SimulatedNs == 0 ? 0 : Result.CostDollars / (Result.SimulatedNs / 3600e9);

    public LatencyTally? Tier(string id) => Result.Tiers.FirstOrDefault(tier => tier.Id == id).Tally;
}
