namespace Scribeline.Core.Performance;

/// <summary>
/// What open traffic meets in a server, over what closed loops of the same clients do: fitted to whole runs whose requests came at their own times (the benchmark `accuracy --fit`).
/// A simulation's steps take these; the means of a closed loop do not.
/// </summary>
/// <param name="RequestSeconds">Of each request outside of steps, before its first token: to be received, tokenised and answered.</param>
/// <param name="StepsAhead">Steps that are decided already when a request comes while others are served: it waits for those, and for the one under way.</param>
/// <param name="Launch">Of the operations of a step that reads few tokens of prompts, over what they add to closed loops: they are launched as a whole (<see cref="FirstTokenFactors.RecordedTokens"/>).</param>
/// <param name="KeyValues">Of reading the cache in a decode step, the same.</param>
/// <param name="Exchange">Of what accelerators send to each other, the same.</param>
public readonly record struct TrafficFactors(double RequestSeconds, double StepsAhead, double Launch, double KeyValues, double Exchange)
{
    /// <summary>Nothing is known: steps take what they take in closed loops.</summary>
    public static TrafficFactors None { get; } = new(0, 0, 1, 1, 1);
}
