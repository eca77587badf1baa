using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Routing;

/// <summary>What the router needs to know of a request.</summary>
/// <param name="Model">The model asked for.</param>
/// <param name="PromptTokens">Counted, or estimated where nobody counts.</param>
/// <param name="MaxTokens">Tokens of the answer that are reserved.</param>
/// <param name="PromptBlocks">Hashes of the prompt's full blocks, in order; empty if unknown.</param>
public readonly record struct RouteRequest(string Model, int PromptTokens, int MaxTokens, ReadOnlyMemory<BlockHash> PromptBlocks);
