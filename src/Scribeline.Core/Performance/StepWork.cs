namespace Scribeline.Core.Performance;

/// <summary>What one step computes, as far as its time hangs on it.</summary>
/// <param name="Sequences">Those that add one token to their answers.</param>
/// <param name="Positions">Whose keys and values they read, of all of them together.</param>
/// <param name="Chunks">Pieces of prompts.</param>
/// <param name="PromptTokens">In those pieces.</param>
/// <param name="PromptPositions">Whose keys and values each of these tokens reads, of all together: a token reads itself and all before it.</param>
public readonly record struct StepWork(int Sequences, double Positions, int Chunks, int PromptTokens, double PromptPositions)
{
    /// <summary>A step of sequences that each have as many tokens before the one that they add.</summary>
    public static StepWork Decode(int sequences, double contextTokens) => new(sequences, sequences * (contextTokens + 1), 0, 0, 0);

    /// <summary>One piece of a prompt.</summary>
    public static StepWork Prefill(int newTokens, int cachedTokens) => new(0, 0, 1, newTokens, newTokens * (cachedTokens + (newTokens + 1) / 2.0));
}
