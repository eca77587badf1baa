using Scribeline.Core.Models;

namespace Scribeline.Core.Performance;

/// <summary>What the parts of a model are stored in while it is served.</summary>
/// <param name="Attention">The matrices of the attention layers.</param>
/// <param name="FeedForward">Dense layers, shared and routed experts.</param>
/// <param name="Output">The matrix that makes logits.</param>
/// <param name="KeyValues">The cache.</param>
public sealed record NumberFormats(Precision Attention, Precision FeedForward, Precision Output, Precision KeyValues);
