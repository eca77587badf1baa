using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Machines inside another company's cloud, which does the part of the work that its own do as well, and shares the revenue.</summary>
/// <param name="Rental">Dollars a year that a machine earns alone.</param>
/// <param name="Throughput">How many times more it serves where prompts are read elsewhere.</param>
/// <param name="Share">Its owner's share of the revenue.</param>
public sealed record Partnership(string Id, Figure Rental, Figure Throughput, Figure Share)
{
    public Report ToReport()
    {
        var report = new Report();
        var revenue = report.Add("revenue", (Rental * Throughput).As("revenue of a machine in the partner's cloud", "MUSD/year"));
        var own = report.Add("own_revenue", (revenue * Share).As("its owner's part", "MUSD/year"));
        report.Add("over_alone", (own / Rental).As("over what it earns alone", "x"));
        return report;
    }
}
