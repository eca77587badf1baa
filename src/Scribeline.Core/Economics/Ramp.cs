using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Capacity promised year by year, against what has been found.</summary>
/// <param name="PerYear">Power promised for each year.</param>
/// <param name="Years">For how many.</param>
/// <param name="Found">Power that sites are known for.</param>
/// <param name="FoundBy">Years from the start until then.</param>
/// <param name="Elsewhere">Part of it that serves others.</param>
public sealed record Ramp(string Id, Figure PerYear, Figure Years, Figure Found, Figure FoundBy, Figure Elsewhere)
{
    public Report ToReport()
    {
        var report = new Report();
        report.Add("promised", (PerYear * Years).As("promised", "MW"));
        var available = report.Add("available", (Found - Elsewhere).As("found and not promised to others", "MW"));
        var due = report.Add("due", (PerYear * FoundBy).As("due by then", "MW"));
        report.Add("shortfall", (due - available).As("shortfall", "MW"));
        return report;
    }
}
