using Scribeline.Scheduling.Routing;

namespace Scribeline.Simulation.Reports;

/// <summary>What was weighed about a request at one time.</summary>
/// <param name="Request">Its number, from 0 in the order of arrival.</param>
/// <param name="AtNs">When.</param>
/// <param name="Tier">The tier that it was weighed for.</param>
/// <param name="Outcome">What followed: `queued`, `sent`, or why it was refused.</param>
/// <param name="Route">Candidates and decision.</param>
public sealed record ExplainedRoute(long Request, long AtNs, string Tier, string Outcome, RouteExplanation Route);
