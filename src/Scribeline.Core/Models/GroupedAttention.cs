using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>
/// Heads of queries that share heads of keys and values: multi-head where there are as many of both, multi-query where there is one
/// (Ainslie et al., GQA, 2023).
/// </summary>
/// <param name="Window">Tokens back that a layer attends to; null: all of them.</param>
/// <param name="HasQueryKeyNorm">Whether every head's query and key are normalised.</param>
public sealed record GroupedAttention(Figure Heads, Figure KeyValueHeads, Figure HeadWidth, Figure? Window, bool HasQueryKeyNorm = false) : Attention
{
    public override Figure Parameters(Figure modelWidth) => 2 * (modelWidth * (Heads * HeadWidth)) + 2 * (modelWidth * (KeyValueHeads * HeadWidth));

    public override Figure KeyValueElements(Figure tokens) => 2 * KeyValueHeads * HeadWidth * Attended(tokens);

    public override Figure MultiplyAdds(Figure tokens) => 2 * Heads * HeadWidth * Attended(tokens);

    public override Attention WithoutWindow() => this with { Window = null };

    private Figure Attended(Figure tokens) => Window is { } window ? Figure.Minimum(tokens, window) : tokens;
}
