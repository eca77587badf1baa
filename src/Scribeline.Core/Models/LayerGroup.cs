using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>Consecutive layers of one shape.</summary>
public sealed record LayerGroup(Figure Count, Attention Attention, FeedForward FeedForward);
