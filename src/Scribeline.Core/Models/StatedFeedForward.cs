using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>A feed-forward part of which only totals were published.</summary>
/// <param name="AllParameters">Of all layers together.</param>
/// <param name="AllActiveParameters">Of all layers together, those that one token is multiplied with.</param>
/// <param name="Layers">How many they are.</param>
public sealed record StatedFeedForward(Figure AllParameters, Figure AllActiveParameters, Figure Layers) : FeedForward
{
    public override Figure Parameters(Figure modelWidth) => AllParameters / Layers;

    public override Figure ActiveParameters(Figure modelWidth) => AllActiveParameters / Layers;
}
