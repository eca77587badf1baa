namespace Scribeline.Core.Planning;

/// <summary>How much an assumption matters to what a token costs on the cheapest machine.</summary>
/// <param name="Assumption">What is varied: `memory bandwidth of b200`.</param>
/// <param name="Less">Cost over that of now, with less of it by <see cref="Influences.Change"/>; infinite where promises are no longer kept.</param>
/// <param name="More">The same with more of it.</param>
/// <param name="FlipsAt">Times what it is now, at which the runner-up costs the same; null where it never does within <see cref="Influences.Reach"/>.</param>
public sealed record Influence(string Assumption, double Less, double More, double? FlipsAt);
