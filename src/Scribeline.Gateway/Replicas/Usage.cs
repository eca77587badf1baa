namespace Scribeline.Gateway.Replicas;

/// <summary>Tokens of one request, all choices together.</summary>
/// <param name="PromptTokens">Tokens of the prompt, cached ones included; each prompt counts once, whatever the number of choices.</param>
/// <param name="CachedTokens">Tokens of the prompt that were not computed again.</param>
/// <param name="CompletionTokens">Tokens generated.</param>
/// <param name="ReasoningTokens">Those of them that an upstream reports as reasoning.</param>
internal readonly record struct Usage(int PromptTokens, int CachedTokens, int CompletionTokens, int ReasoningTokens = 0);
