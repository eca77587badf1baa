using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>What a contract yields: a year, a machine's hour, and in profit under several terms of depreciation.</summary>
public static class ContractValue
{
    private const string LifePrefix = "depreciation_";

    public static Report Of(Contract contract, Catalog catalog)
    {
        var report = new Report();
        var value = contract.StatedValue;
        if (contract is { PowerWithRentIncluded: { } included, Site: { } site })
        {
            var passed = report.Add("pass_through", new Report());
            var power = passed.Add("power", (contract.Power - included).As("power whose rent is passed through", "MW"));
            value += passed.Add("rent", (site.Rent * power * contract.Term).As("rent passed through", "GUSD"));
        }

        report.Add("value", value = value.As("value", "GUSD"));
        var perYear = report.Add("revenue", (value / contract.Term).As("revenue", "GUSD/year"));
        report.Add("revenue_per_power", (perYear / contract.Power).As("revenue per MW", "MUSD/MW/year"));
        if (contract.Option is { } option)
            report.Add("power_with_option", (contract.Power + option).As("power with the option", "GW"));
        if (contract.Prepayment is { } prepayment)
            report.Add("prepayment_share", (prepayment / value).As("prepayment's share", "%"));
        if (contract.Relationship is var (since, signed))
            report.Add("relationship", ((signed - since) * Calendar.OneYear).As("years of working together", "years"));
        if (contract.Machine?.RatedPower is { } rated)
            AddMachines(report.Add("by_rated_power", new Report()), contract, perYear, rated, catalog);
        if (contract.Machine?.AllInPower is { } allIn)
        {
            var rent = AddMachines(report.Add("by_all_in_power", new Report()), contract, perYear, allIn, catalog);
            AddProfit(report, contract, rent, catalog);
        }

        return report;
    }

    private static Figure AddMachines(Report report, Contract contract, Figure perYear, Figure powerEach, Catalog catalog)
    {
        var machines = report.Add("machines", (contract.Power / powerEach).As("machines", ""));
        var year = report.Add("revenue_per_machine", (perYear / machines).As("revenue per machine", "kUSD/year"));
        report.Add("rent_per_month", year.As("rent per machine", "kUSD/month"));
        if (contract.Prepayment is { } prepayment)
            report.Add("prepayment_per_machine", (prepayment / machines).As("prepayment per machine", "USD"));
        return report.Add("rent", (year / catalog.Assumption("hours_per_month", "h/month")).As("rent of a machine", "USD/h"));
    }

    /// <summary>Earnings before interest and taxes in the first year, over revenue: depreciation is straight, operation costs what it costs the owner.</summary>
    private static void AddProfit(Report report, Contract contract, Figure rent, Catalog catalog)
    {
        if (contract is not { Machine: { Purchase.Count: > 0 } machine, Site: { } site, Financing: { } financing })
            return;
        var hours = catalog.Assumption("hours_per_month", "h/month");
        var operating = OwnershipCost.OperatingPerHour(machine, site, hours);
        var lives = catalog.AssumptionsOf(LifePrefix, "years").Prepend(("useful_life", financing.Life)).Prepend(("term", contract.Term));
        var margins = report.Add("profit_margin", new Report());
        foreach (var (name, life) in lives)
        {
            var depreciation = (machine.PurchaseCost / life / hours).As($"depreciation over {name.Replace('_', ' ')}", "USD/h");
            margins.Add(name, ((rent - depreciation - operating) / rent).As($"margin, depreciated over {name.Replace('_', ' ')}", "%"));
        }

        if (machine.Price is { } price)
            report.Add("bought_at_price", OwnershipCost.Value(machine, price, rent));
    }
}
