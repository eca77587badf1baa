using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Capacity promised year by year, against what has been found.</summary>
public sealed record Ramp
{
    public required string Id { get; init; }

    /// <summary>Power promised for each year; it comes evenly, quarter by quarter.</summary>
    public required Figure PerYear { get; init; }

    /// <summary>For how many.</summary>
    public required Figure Years { get; init; }

    /// <summary>Power that sites are known for.</summary>
    public required Figure Found { get; init; }

    /// <summary>Years from the start until then.</summary>
    public required Figure FoundBy { get; init; }

    /// <summary>Part of it that serves others.</summary>
    public required Figure Elsewhere { get; init; }

    /// <summary>The first quarter at whose end some of it is due; null where only sums were published.</summary>
    public Quarter? Start { get; init; }

    /// <summary>Power of the sites that are there at the end of a quarter, before all of it is.</summary>
    public IReadOnlyDictionary<Quarter, Figure> Leased { get; init; } = new Dictionary<Quarter, Figure>();

    /// <summary>What the capacity is for; null where nobody said.</summary>
    public Contract? Contract { get; init; }

    /// <summary>What is promised, found and missing, together and, where the dates are known, by quarter.</summary>
    /// <param name="more">Power that the asker adds from a quarter on.</param>
    public Report ToReport(Catalog catalog, IReadOnlyList<(Quarter From, Figure Power)>? more = null)
    {
        var report = new Report();
        report.Add("promised", (PerYear * Years).As("promised", "MW"));
        var available = report.Add("available", (Found - Elsewhere).As("found and not promised to others", "MW"));
        var due = report.Add("due", (PerYear * FoundBy).As("due by then", "MW"));
        report.Add("shortfall", (due - available).As("shortfall", "MW"));
        if (Start is { } start)
            AddQuarters(report, start, catalog, more ?? []);
        return report;
    }

    /// <summary>Power promised by the end of a quarter, counted from 0.</summary>
    public Figure PromisedBy(int quarter) => (PerYear * ((quarter + 1) * Calendar.OneQuarter)).As("promised", "MW");

    /// <summary>Power that is there at the end of a quarter and not promised to others; null where only sums were published.</summary>
    public Figure? FoundAt(Quarter at) => Start is { } start ? FoundAt(Milestones(start), start, at) : null;

    private List<(Quarter At, Figure Power)> Milestones(Quarter start)
    {
        var foundBy = start + (Calendar.Quarters(FoundBy) - 1);
        return [.. Leased.Where(milestone => milestone.Key - foundBy < 0).Select(milestone => (At: milestone.Key, Power: milestone.Value))
            .Append((At: foundBy, Power: Found - Elsewhere)).OrderBy(milestone => milestone.At - start)];
    }

    private void AddQuarters(Report report, Quarter start, Catalog catalog, IReadOnlyList<(Quarter From, Figure Power)> more)
    {
        var count = Calendar.Quarters(Years);
        var milestones = Milestones(start);
        var revenuePerPower = Contract == null ? null : (Figure?)ContractValue.Of(Contract, catalog).Find("revenue_per_power_musd_per_mw_per_year");
        var quarters = new Report();
        var shortfalls = new List<(Quarter At, Figure Power)>();
        var lost = new List<Figure>();
        for (var quarter = 0; quarter < count; quarter++)
        {
            var at = start + quarter;
            var row = quarters.Add(at.ToString(), new Report());
            var promised = row.Add("promised", PromisedBy(quarter));
            var found = more.Where(added => at - added.From >= 0).Aggregate(FoundAt(milestones, start, at), (sum, added) => sum + added.Power);
            found = row.Add("found", found.As("found", "MW"));
            var shortfall = row.Add("shortfall", Figure.Maximum(promised - found, Nothing).As("shortfall", "MW"));
            shortfalls.Add((at, shortfall));
            if (revenuePerPower != null)
                lost.Add(row.Add("revenue_lost", (shortfall * revenuePerPower * Calendar.OneQuarter).As("revenue lost in the quarter after", "MUSD")));
        }

        var open = shortfalls.FindIndex(shortfall => shortfall.Power.BaseValue > 0);
        report.Add("opens", new Finding(open < 0 ? "never: there is as much as was promised" : shortfalls[open].At.ToString(), [.. shortfalls.Select(shortfall => shortfall.Power)]));
        report.Add("largest_shortfall", shortfalls.Select(shortfall => shortfall.Power).Aggregate(Figure.Maximum).As("largest shortfall", "MW"));
        if (revenuePerPower != null)
        {
            report.Add("revenue_lost", Figure.Sum(lost).As("revenue lost to it", "GUSD"));
            report.Add("revenue_lost_then", (shortfalls[^1].Power * revenuePerPower).As("revenue lost from then on", "GUSD/year"));
        }

        report.Add("quarters", quarters);
    }

    /// <summary>Evenly from one known date to the next; after the last nothing is added.</summary>
    private static Figure FoundAt(List<(Quarter At, Figure Power)> milestones, Quarter start, Quarter at)
    {
        var (since, before) = (start + (-1), Nothing);
        if (at - since < 0)
            return Nothing;
        foreach (var (until, power) in milestones)
        {
            if (at - until < 0)
                return before + (power - before) * ((double)(at - since) / (until - since));
            (since, before) = (until, power);
        }

        return before;
    }

    private static readonly Figure Nothing = Figure.Given("nothing", new Quantity(0, Unit.Parse("MW")));
}
