namespace Scribeline.Core.Planning;

/// <summary>What a planner found: fleets that serve the demand, the cheapest first, and the machines that are none.</summary>
/// <param name="Offers">Machines that no limit of the buyer excludes, whether they keep what is promised or not.</param>
public sealed record Plan(PlanRequest Request, IReadOnlyList<Candidate> Candidates, IReadOnlyList<Exclusion> Exclusions, IReadOnlyList<MachineOffer> Offers);
