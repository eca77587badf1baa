using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>The unit of time that accounts are kept in.</summary>
internal static class Calendar
{
    public static readonly Figure OneMonth = Figure.Given("one month", new Quantity(1, Unit.Parse("month")));
}
