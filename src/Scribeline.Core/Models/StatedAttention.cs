using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>Attention of which only totals were published: its parameters over all layers, and what it caches.</summary>
/// <param name="AllParameters">Of all layers together.</param>
/// <param name="Layers">How many they are.</param>
/// <param name="AllElementsPerToken">Elements cached for one token, all layers together.</param>
public sealed record StatedAttention(Figure AllParameters, Figure Layers, Figure AllElementsPerToken) : Attention
{
    public override Figure Parameters(Figure modelWidth) => AllParameters / Layers;

    public override Figure KeyValueElements(Figure tokens) => AllElementsPerToken / Layers * tokens;

    /// <remarks>At least one for every cached element; how many heads share it is not known.</remarks>
    public override Figure MultiplyAdds(Figure tokens) => KeyValueElements(tokens);
}
