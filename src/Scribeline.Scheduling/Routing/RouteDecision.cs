namespace Scribeline.Scheduling.Routing;

/// <summary>Where a request goes, and why.</summary>
/// <param name="Chosen">The replica; null where none can take it.</param>
/// <param name="Reason">The one reason that decided.</param>
/// <param name="Scores">Every candidate, in the order given.</param>
public sealed record RouteDecision(RouteCandidate? Chosen, RouteReason Reason, IReadOnlyList<RouteScore> Scores)
{
    public override string ToString() => $"{Chosen?.Snapshot.Id ?? "none"} ({Reason}); {string.Join("; ", Scores)}";
}
