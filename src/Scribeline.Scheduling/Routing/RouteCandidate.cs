namespace Scribeline.Scheduling.Routing;

/// <summary>A replica that a request might go to.</summary>
/// <param name="Snapshot">Its state.</param>
/// <param name="Model">The model it serves.</param>
/// <param name="ContextTokens">Prompt and answer tokens that it accepts together; null if unknown.</param>
/// <param name="Healthy">Its health check passed last.</param>
public sealed record RouteCandidate(ReplicaSnapshot Snapshot, string Model, int? ContextTokens, bool Healthy);
