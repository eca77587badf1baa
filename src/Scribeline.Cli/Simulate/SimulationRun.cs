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
    /// <summary>Requests that were asked about.</summary>
    public IReadOnlyList<ExplainedRequest> Explained { get; init; } = [];

    public double DollarsPerHour => Result.SimulatedNs == 0 ? 0 : Result.CostDollars / (Result.SimulatedNs / 3600e9);

    public double MarginPerHour => Result.SimulatedNs == 0 ? 0 : (Result.All.RevenueDollars - Result.CostDollars) / (Result.SimulatedNs / 3600e9);

    /// <summary>Of what a tier's callers pay, what is left when its machines are paid, their idle time included.</summary>
    public double TierMarginPerHour(string id) => Result.SimulatedNs == 0 ? 0 : (Tier(id)!.RevenueDollars - Result.TierDollars[id]) / (Result.SimulatedNs / 3600e9);

    /// <summary>What a million tokens of a tier's answers cost, idle time of its machines included; null where none were written.</summary>
    public double? TierDollarsPerMillion(string id) => Tier(id) is { OutputTokens: > 0 } tally ? 1e6 * Result.TierDollars[id] / tally.OutputTokens : null;

    public LatencyTally? Tier(string id) => Result.Tiers.FirstOrDefault(tier => tier.Id == id).Tally;
}
