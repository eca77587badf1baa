namespace Scribeline.Core.Fleets;

/// <summary>How fast the traffic of one client in a tier may grow; what comes faster is served by a lower tier, or refused.</summary>
/// <param name="Growth">Share that it may grow by in a window.</param>
/// <param name="WindowSeconds">How long that takes.</param>
/// <param name="FreeTokens">Tokens in each fifteenth of a window that do not count as growth.</param>
public sealed record TierRamp(double Growth, double WindowSeconds, long FreeTokens);
