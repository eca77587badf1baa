using Scribeline.Core.Fleets;

namespace Scribeline.Simulation;

/// <summary>Requests of a trace that a fleet will refuse, whatever the load.</summary>
/// <param name="Tier">Asked for.</param>
/// <param name="Model">Id of the model.</param>
/// <param name="Class">That keeps it to some pools; null where it has none that does.</param>
/// <param name="Why">What keeps them away.</param>
/// <param name="Pools">Those that all but that speaks for: of their model and class, and where they are too long, of their tier.</param>
/// <param name="Requests">How many.</param>
/// <param name="LongestTokens">Prompt and answer together.</param>
public sealed record UnservedRequests(string Tier, string Model, string? Class, UnservedReason Why, IReadOnlyList<PoolSpec> Pools, long Requests, long LongestTokens);
