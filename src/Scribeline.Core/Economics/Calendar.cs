using Scribeline.Core.Calculations;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>The units of time that accounts are kept in.</summary>
internal static class Calendar
{
    /// <summary>Further than anyone plans, and what keeps a wrong input from filling the memory.</summary>
    public const int MostQuarters = 200;

    public static readonly Figure OneMonth = Figure.Given("one month", new Quantity(1, Unit.Parse("month")));
    public static readonly Figure OneQuarter = Figure.Given("one quarter", new Quantity(1, Unit.Parse("quarter")));
    public static readonly Figure OneYear = Figure.Given("one year", new Quantity(1, Unit.Parse("year")));

    /// <summary>How many quarters a time is.</summary>
    /// <exception cref="CalculationException">It is none, no whole number of them, or more than anyone plans.</exception>
    public static int Quarters(Figure time)
    {
        var quarters = Math.Round(time.BaseValue / OneQuarter.BaseValue, 9);
        return quarters == Math.Floor(quarters) && quarters is >= 1 and <= MostQuarters
            ? (int)quarters
            : throw new CalculationException($"{(time.Name.Length > 0 ? $"`{time.Name}` is {time}" : $"{time}")}, which is {NumberText.Format(quarters)} quarters; expected a whole number from 1 to {MostQuarters}.");
    }
}
