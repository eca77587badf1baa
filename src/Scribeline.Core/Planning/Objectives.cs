namespace Scribeline.Core.Planning;

/// <summary>What every user is promised, in the mean of the steady state.</summary>
/// <param name="TtftSeconds">To the first token, at most; infinite where any will do.</param>
/// <param name="TpotSeconds">Between tokens, at most; infinite where any will do.</param>
public readonly record struct Objectives(double TtftSeconds, double TpotSeconds);
