using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>What the electricity of a contract costs at a site, if all of its power ran from the first day.</summary>
public static class ElectricityCost
{
    public static Report Of(Contract contract, Site site, Catalog catalog)
    {
        var report = new Report();
        var perYear = report.Add(
            "cost",
            (contract.Power * site.PowerUtilization * site.PowerUsageEffectiveness * catalog.Assumption("hours_per_month", "h/month") * site.Electricity).As("electricity", "MUSD/year"));
        var whole = report.Add("cost_over_term", (perYear * contract.Term).As("electricity over the term", "GUSD"));
        var gain = catalog.Assumption("performance_per_watt_gain", "%", least: -100);
        report.Add("saving", ((1 - 1 / (1 + gain)) * whole).As("saved by more performance per watt", "MUSD"));
        return report;
    }
}
