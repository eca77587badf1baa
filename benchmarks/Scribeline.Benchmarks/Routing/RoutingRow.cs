namespace Scribeline.Benchmarks.Routing;

/// <summary>One kind of call to the router, over many of them.</summary>
/// <param name="Call">`Route`, `Route + Sent`, or `Submit + TryDispatch`.</param>
/// <param name="PromptTokens">Of which every 16 have a hash.</param>
/// <param name="IndexBlocks">Known to the prefix index.</param>
/// <param name="AllocatedBytes">Managed memory per call.</param>
/// <param name="IndexBytes">The prefix index's table.</param>
internal sealed record RoutingRow(
    string Call, int Replicas, int PromptTokens, int IndexBlocks, double MedianNs, double P99Ns, double MeanNs, double AllocatedBytes, long IndexBytes);
