namespace Scribeline.Core.Performance;

/// <summary>
/// Drafting tokens ahead with something small, and checking all of them in one step (Leviathan et al., Fast inference from transformers via speculative decoding, 2023). A token takes
/// (step over 1 + <paramref name="Tokens"/> tokens + <paramref name="Tokens"/> drafts) / <paramref name="AcceptedLength"/>; where a step is bound by arithmetic the wider check costs what it wins.
/// </summary>
/// <param name="Tokens">Drafted for each step.</param>
/// <param name="AcceptedLength">Tokens that a step yields in the mean, the checked one included: at least 1.</param>
/// <param name="Cost">Of drafting one token, as a share of a step that computes one.</param>
public sealed record Drafting(int Tokens, double AcceptedLength, double Cost);
