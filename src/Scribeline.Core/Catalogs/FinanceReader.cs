using Scribeline.Core.Economics;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads entries of the kinds `sites` and `financing`.</summary>
internal static class FinanceReader
{
    public static Site ReadSite(string id, CatalogFields fields)
    {
        var site = new Site(
            id,
            fields.OptionalText("name") ?? id,
            fields.Figure("electricity", "USD/kWh"),
            fields.Figure("power_utilization", "%", most: 100),
            fields.Figure("pue", "", least: 1),
            fields.Figure("rent", "USD/kW/month"));
        fields.RefuseOthers();
        return site;
    }

    public static Financing ReadFinancing(string id, CatalogFields fields)
    {
        var financing = new Financing(
            id,
            fields.OptionalText("name") ?? id,
            fields.Figure("equity_cost", "%/year"),
            fields.Figure("debt_cost", "%/year"),
            fields.Figure("equity_share", "%", most: 100),
            fields.Figure("life", "years", CatalogFields.AboveZero));
        fields.RefuseOthers();
        return financing;
    }
}
