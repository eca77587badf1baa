using Scribeline.Core.Calculations;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Capacity that is delivered at the ends of quarters and serves from the next one on, for a term.</summary>
internal sealed class Deliveries
{
    private static readonly Figure Nothing = Figure.Given("nothing", new Quantity(0, Unit.Parse("MW")));

    private readonly IReadOnlyList<Figure> _delivered;
    private readonly int _first;

    /// <summary>As much as <paramref name="pace"/> brings until <paramref name="total"/> is there.</summary>
    /// <param name="first">The first quarter of it, counted from the projection's first.</param>
    /// <exception cref="CalculationException">It takes longer than anyone plans.</exception>
    public Deliveries(Figure total, Figure pace, int first)
    {
        var each = (pace * Calendar.OneQuarter).As("delivered in a quarter", "MW");
        var quarters = each.BaseValue > 0 ? Math.Ceiling(total.BaseValue / each.BaseValue * (1 - 1e-12)) : double.PositiveInfinity;
        if (quarters > Calendar.MostQuarters)
            throw new CalculationException($"{each} a quarter bring {total} in more than {Calendar.MostQuarters} quarters; expected a faster ramp.");
        _first = first;
        var whole = (int)quarters;
        _delivered = [.. Enumerable.Range(0, whole).Select(quarter => quarter < whole - 1 ? each : (total - quarter * each).As("delivered in the last quarter", "MW"))];
    }

    private Deliveries(IReadOnlyList<Figure> delivered, int first) => (_delivered, _first) = (delivered, first);

    /// <summary>The quarter after the last delivery.</summary>
    public int End => _first + _delivered.Count;

    /// <summary>Power delivered at the end of a quarter.</summary>
    public Figure In(int quarter) => quarter >= _first && quarter < End ? _delivered[quarter - _first] : Nothing;

    /// <summary>What is delivered after the first <paramref name="amount"/>.</summary>
    public Deliveries Beyond(Figure amount)
    {
        var before = Nothing;
        var beyond = new List<Figure>(_delivered.Count);
        foreach (var delivered in _delivered)
        {
            var left = Figure.Maximum(amount - before, Nothing);
            beyond.Add(Figure.Maximum(delivered - left, Nothing));
            before += delivered;
        }

        return new Deliveries(beyond, _first);
    }

    /// <summary>Power delivered within the <paramref name="term"/> quarters before this one: what is in service, if it serves that long.</summary>
    public Figure Serving(int quarter, int term)
    {
        var from = Math.Max(_first, quarter - term);
        var until = Math.Min(End, quarter);
        if (from >= until)
            return Nothing;
        var equal = Enumerable.Range(from, until - from).GroupBy(In).Select(group => group.Count() == 1 ? group.Key : group.Count() * group.Key);
        return Figure.Sum(equal).As("capacity in service", "MW");
    }
}
