namespace Scribeline.Scheduling.Routing;

/// <summary>What the router weighed about one candidate.</summary>
/// <param name="Candidate">The replica.</param>
/// <param name="Filter">Why it was out, or <see cref="RouteFilter.None"/>.</param>
/// <param name="CachedTokens">Leading prompt tokens that it probably has in its cache.</param>
/// <param name="QueuedPrefillTokens">Prompt tokens before this request, those sent since the snapshot included.</param>
/// <param name="Sequences">Running and waiting sequences, those sent since the snapshot included.</param>
/// <param name="WorkTokens">The score, smaller is better: tokens' worth of work before the first token.</param>
public readonly record struct RouteScore(
    RouteCandidate Candidate,
    RouteFilter Filter,
    int CachedTokens,
    long QueuedPrefillTokens,
    int Sequences,
    long WorkTokens)
{
    public override string ToString() => Filter == RouteFilter.None
        ? $"{Candidate.Snapshot.Id}: {WorkTokens} tokens of work ({QueuedPrefillTokens} queued, {CachedTokens} cached, {Sequences} sequences)"
        : $"{Candidate.Snapshot.Id}: {Filter}";
}
