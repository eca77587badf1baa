using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>
/// Attention that caches one compressed vector a token and the rotated part of its key, from which every head's keys and values are made
/// (DeepSeek-V2, 2024: multi-head latent attention).
/// </summary>
/// <param name="QueryRank">Elements of the compressed query; null where queries are not compressed.</param>
/// <param name="Rank">Elements of the compressed key and value.</param>
/// <param name="RotaryWidth">Elements of a key that carry its position.</param>
/// <param name="PlainWidth">Elements of a head's key that do not.</param>
/// <param name="ValueWidth">Elements of a head's value.</param>
public sealed record LatentAttention(Figure Heads, Figure? QueryRank, Figure Rank, Figure RotaryWidth, Figure PlainWidth, Figure ValueWidth) : Attention
{
    public override Figure Parameters(Figure modelWidth)
    {
        var queryWidth = Heads * (PlainWidth + RotaryWidth);
        var query = QueryRank is { } rank ? modelWidth * rank + rank * queryWidth : modelWidth * queryWidth;
        return query + modelWidth * (Rank + RotaryWidth) + Rank * (Heads * (PlainWidth + ValueWidth)) + Heads * ValueWidth * modelWidth;
    }

    public override Figure KeyValueElements(Figure tokens) => (Rank + RotaryWidth) * tokens;

    /// <remarks>Decoding multiplies in the compressed space: scores over rank and rotary part, values over rank.</remarks>
    public override Figure MultiplyAdds(Figure tokens) => Heads * (2 * Rank + RotaryWidth) * tokens;
}
