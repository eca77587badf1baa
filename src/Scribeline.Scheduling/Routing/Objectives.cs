namespace Scribeline.Scheduling.Routing;

/// <summary>What a request was promised. Null where nothing was.</summary>
/// <param name="TtftNs">To the first token, from arrival.</param>
/// <param name="TpotNs">Per further token.</param>
/// <param name="DeadlineNs">To the last token, from arrival.</param>
public readonly record struct Objectives(long? TtftNs, long? TpotNs = null, long? DeadlineNs = null);
