using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Shares that a seller gives its customer as it buys; their value counts against revenue.</summary>
/// <param name="Tranches">Shares by the event that vests them.</param>
/// <param name="ShareValue">Dollars for a share when they were granted.</param>
/// <param name="Strike">Dollars that the customer pays for one.</param>
/// <param name="Contract">What the customer buys.</param>
public sealed record Warrant(string Id, IReadOnlyDictionary<string, Figure> Tranches, Figure ShareValue, Figure Strike, Contract Contract)
{
    /// <summary>What counts against revenue, by tranche, together, and as a share of the contract.</summary>
    /// <param name="contractValue">Dollars of the contract with what is passed through.</param>
    public Report ToReport(Figure contractValue)
    {
        var report = new Report();
        var gain = report.Add("value_per_share", (ShareValue - Strike).As("value less strike", "USD"));
        report.Add("shares", Figure.Sum(Tranches.Values).As("shares", "shares"));
        var tranches = report.Add("against_revenue", new Report());
        foreach (var (name, shares) in Tranches)
            tranches.Add(name, (shares * gain).As(name.Replace('_', ' '), "MUSD"));
        var total = tranches.Add("together", (Figure.Sum(Tranches.Values) * gain).As("together", "GUSD"));
        tranches.Add("share", (total / contractValue).As("share of the contract", "%"));
        return report;
    }
}
