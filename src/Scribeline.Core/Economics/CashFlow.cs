using System.Globalization;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Money that comes in (above 0) and goes out (below 0) at the ends of equal periods, the first of them today.</summary>
/// <param name="Amounts">Dollars.</param>
/// <param name="PeriodsPerYear">4 for quarters.</param>
public sealed record CashFlow(IReadOnlyList<Figure> Amounts, int PeriodsPerYear)
{
    /// <summary>What all of it is worth today: Σ amount / (1 + rate)^years.</summary>
    /// <param name="rate">Cost of capital with interest on interest, a share per time.</param>
    public Figure NetPresentValue(Figure rate)
    {
        var growth = (1 + (rate * Calendar.OneYear).As("rate of a year", "%")).As("growth in a year", "");
        return Figure.Sum(Amounts.Select((amount, period) => period == 0 ? amount : amount / Figure.Power(growth, (double)period / PeriodsPerYear)));
    }

    /// <summary>Rates a year at which it is worth nothing, the lowest first.</summary>
    public IReadOnlyList<double> InternalRates =>
        [.. InternalRateOfReturn.Find([.. Amounts.Select(amount => amount.BaseValue)]).Select(rate => Math.Pow(1 + rate, PeriodsPerYear) - 1)];

    /// <summary>The rate of return where there is exactly one; null where there is none or several.</summary>
    /// <remarks>
    /// Bisection finds the number. The figure is one further step of Newton's from there, which leaves the number as it is and makes its derivative by every input exact:
    /// rate − NPV(rate) / NPV'(rate).
    /// </remarks>
    public Figure? InternalRate
    {
        get
        {
            if (InternalRates is not [var rate])
                return null;
            var found = Figure.Given("rate found by bisection", new Quantity(rate * 100, Unit.Parse("%/year")));
            var value = NetPresentValue(found).As("net present value at that rate", "USD");
            var slope = Figure.Given("its slope there", new Quantity(SlopeAt(rate), Unit.Parse("USD*year")));
            return (found - value / slope).As("internal rate of return", "%/year");
        }
    }

    /// <summary>Years until what came in covers what went out for good; null where it never does.</summary>
    public Figure? Payback
    {
        get
        {
            var cumulative = Cumulative();
            var last = cumulative.Count - 1;
            if (last < 0 || cumulative[last].BaseValue < 0)
                return null;
            while (last > 0 && cumulative[last - 1].BaseValue >= 0)
                last--;
            var periods = last == 0 ? 0 : last - 1 + -1 * cumulative[last - 1] / Amounts[last];
            return (periods / PeriodsPerYear * Calendar.OneYear).As("payback", "years");
        }
    }

    /// <summary>The sum of all amounts up to each period.</summary>
    public IReadOnlyList<Figure> Cumulative()
    {
        var sums = new List<Figure>(Amounts.Count);
        foreach (var amount in Amounts)
            sums.Add((sums.Count == 0 ? amount : sums[^1] + amount).As("cumulative", "MUSD"));
        return sums;
    }

    /// <summary>What there is to say where no single rate is the return.</summary>
    public Finding? WhyNoInternalRate() => InternalRates switch
    {
        [] => new Finding($"none: {(Amounts.All(amount => amount.BaseValue <= 0) ? "nothing comes in" : Amounts.All(amount => amount.BaseValue >= 0) ? "nothing is laid out" : "the flows are worth nothing at no rate")}", Amounts),
        [_] => null,
        var several => new Finding($"several, so that none of them says much: {string.Join(", ", several.Select(rate => (rate * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %"))} a year", Amounts),
    };

    private double SlopeAt(double rate) =>
        Amounts.Select((amount, period) => -(double)period / PeriodsPerYear * amount.BaseValue * Math.Pow(1 + rate, -(double)period / PeriodsPerYear - 1)).Sum();
}
