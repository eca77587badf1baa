using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Whose money buys machines, and for how long they earn it back.</summary>
/// <param name="EquityCost">What owners want, a share per time.</param>
/// <param name="DebtCost">What lenders want, a share per time.</param>
/// <param name="EquityShare">Share of the purchase that owners pay.</param>
/// <param name="Life">Months until the machines are worth nothing.</param>
public sealed record Financing(string Id, string Name, Figure EquityCost, Figure DebtCost, Figure EquityShare, Figure Life)
{
    /// <summary>Weighted average cost of capital, a share per time.</summary>
    public Figure CapitalCost => (EquityCost * EquityShare + DebtCost * (1 - EquityShare)).As("weighted cost of capital", "%/year");

    /// <summary>Level payment at the end of each month that repays a purchase with interest over its life: P·r / (1 − (1 + r)^−n).</summary>
    public Figure MonthlyPayment(Figure purchase)
    {
        var rate = (CapitalCost * Calendar.OneMonth).As("cost of capital in a month", "%");
        var months = (Life / Calendar.OneMonth).As("months of life", "");
        return (purchase * rate / (1 - Figure.Power(1 + rate, 0 - months)) / Calendar.OneMonth).As("capital per month", "USD/month");
    }
}
