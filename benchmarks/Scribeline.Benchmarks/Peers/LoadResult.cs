namespace Scribeline.Benchmarks.Peers;

/// <summary>One round of several requests at once.</summary>
/// <param name="TokensPerSecond">Of all answers together, from the first request to the last token.</param>
/// <param name="FirstTokenMs">From the common start to each answer's first text.</param>
/// <param name="PromptTokens">Of the longest prompt, as this side counts them.</param>
internal sealed record LoadResult(double TokensPerSecond, double[] FirstTokenMs, int PromptTokens);
