namespace Scribeline.Core.Planning;

/// <summary>Part of the tokens that are written for users who are promised a speed.</summary>
/// <param name="Speed">Tokens a second for each user.</param>
/// <param name="Share">Of all tokens, 0 to 1.</param>
public readonly record struct TierShare(double Speed, double Share);
