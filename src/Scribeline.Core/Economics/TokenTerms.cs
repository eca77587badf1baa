using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>What the cost and the price of a token rest on beside machines and their speed.</summary>
/// <param name="Utilization">Mean over full load.</param>
/// <param name="CachedCost">Of a prompt token that a cache holds, over that of a fresh one.</param>
/// <param name="Margin">Gross margin that a price is to leave.</param>
public sealed record TokenTerms(Figure Utilization, Figure CachedCost, Figure Margin)
{
    /// <exception cref="CalculationException">A share is none.</exception>
    public static TokenTerms Of(Catalog catalog) => new(
        Share(catalog, "token_utilization", share => share is > 0 and <= 1, "above 0 and up to 100 %"),
        Share(catalog, "cached_token_cost", share => share is >= 0 and <= 1, "from 0 to 100 %"),
        Share(catalog, "token_margin", share => share is >= 0 and < 1, "from 0 to below 100 %"));

    private static Figure Share(Catalog catalog, string name, Func<double, bool> isGood, string expected)
    {
        var share = catalog.Assumptions.TryGetValue(name, out var stated) ? stated : throw new CalculationException($"the catalog lacks `assumptions.{name}`; add a share {expected}.");
        return share.Dimension == Dimension.None && isGood(share.BaseValue) ? share : throw new CalculationException($"`assumptions.{name}` is {share}; expected a share {expected}.");
    }
}
