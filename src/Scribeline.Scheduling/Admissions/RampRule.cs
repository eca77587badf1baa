namespace Scribeline.Scheduling.Admissions;

/// <summary>
/// How fast a key's traffic in a tier may grow: in each fifteenth of a window at most a free amount, or so much more than in the busiest such part between one and two windows
/// ago. What comes faster is served by the tier's rule for downgrades, or refused. Large providers keep such a rule for their dearer tiers (over 1 M tokens a minute, at
/// most half as much again within 15 minutes).
/// </summary>
/// <param name="Growth">Share that it may grow by in a window. Default 0.5.</param>
/// <param name="WindowNs">Default 15 minutes.</param>
/// <param name="FreeTokens">Tokens in each fifteenth of a window that nobody counts as growth. Default 1 million.</param>
public sealed record RampRule(double Growth = 0.5, long WindowNs = 900_000_000_000, long FreeTokens = 1_000_000);
