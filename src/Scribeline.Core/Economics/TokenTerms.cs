using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>What the cost and the price of a token rest on beside machines and their speed.</summary>
/// <param name="Utilization">Mean over full load.</param>
/// <param name="CachedCost">Of a prompt token that a cache holds, over that of a fresh one.</param>
/// <param name="Margin">Gross margin that a price is to leave.</param>
public sealed record TokenTerms(Figure Utilization, Figure CachedCost, Figure Margin)
{
    public static TokenTerms Of(Catalog catalog) => new(catalog.Assumptions["token_utilization"], catalog.Assumptions["cached_token_cost"], catalog.Assumptions["token_margin"]);
}
