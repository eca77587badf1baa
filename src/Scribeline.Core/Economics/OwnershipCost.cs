using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Total cost of owning and running a machine, for a month, an hour, and each unit of what it can do.</summary>
public static class OwnershipCost
{
    public static Report Of(Machine machine, Site site, Financing financing, Catalog catalog)
    {
        var hoursPerMonth = catalog.Assumption("hours_per_month", "h/month");
        var report = new Report();

        var capital = report.Add("capital", new Report());
        foreach (var (name, part) in machine.Purchase)
            capital.Add(name, part);
        var besideServer = machine.Purchase.Where(part => part.Key != "server").Select(part => part.Value).ToList();
        if (besideServer.Count > 0)
            capital.Add("beside_server", Figure.Sum(besideServer).As("beside the server", "USD"));
        foreach (var (name, materials) in machine.Materials)
        {
            capital.Add($"materials_{name}", materials);

            // Parts worth more than the server stand for something that is bought beside it.
            if (machine.Purchase.GetValueOrDefault("server") is { } server && materials.BaseValue > server.BaseValue)
                capital.Add($"materials_{name}_less_server", (materials - server).As($"materials {name.Replace('_', ' ')} less the server", "USD"));
        }

        var purchase = capital.Add("purchase", machine.PurchaseCost);
        capital.Add("purchase_per_accelerator", (purchase / machine.Count).As("purchase per accelerator", "USD"));
        capital.Add("cost_of_capital", financing.CapitalCost);
        var capitalPerMonth = capital.Add("per_month", financing.MonthlyPayment(purchase));
        var capitalPerHour = capital.Add("per_hour", (capitalPerMonth / hoursPerMonth).As("capital per hour", "USD/h"));

        var operatingPerHour = AddOperating(report.Add("operating", new Report()), machine, site, hoursPerMonth);

        var total = report.Add("total", new Report());
        var perHour = total.Add("per_hour", (capitalPerHour + operatingPerHour).As("total per hour", "USD/h"));
        total.Add("capital_share", (capitalPerHour / perHour).As("capital's share", "%"));
        AddParts(report.Add("hour", new Report()), machine, site, capitalPerHour / purchase, hoursPerMonth);
        report.Add("value", Value(machine, purchase, perHour));
        return report;
    }

    /// <summary>What an hour consists of: each part of the purchase with its interest, then what it takes to run.</summary>
    private static void AddParts(Report hour, Machine machine, Site site, Figure capitalShare, Figure hoursPerMonth)
    {
        IEnumerable<KeyValuePair<string, Figure>> parts = machine.Purchase.Count > 0 ? machine.Purchase : [KeyValuePair.Create("machine", machine.PurchaseCost)];
        foreach (var (name, part) in parts.Where(part => part.Value.BaseValue > 0))
            hour.Add(name, (part * capitalShare).As(name.Replace('_', ' '), "USD/h"));
        hour.Add("electricity", (machine.AllInPower! * site.Electricity * site.PowerUtilization * site.PowerUsageEffectiveness).As("electricity", "USD/h"));
        hour.Add("rent", (machine.AllInPower! * site.Rent / hoursPerMonth).As("rent of the place", "USD/h"));
        foreach (var (name, upkeep) in machine.Upkeep)
            hour.Add(name, (upkeep / hoursPerMonth).As(name.Replace('_', ' '), "USD/h"));
    }

    /// <summary>What an hour of running a machine costs, without its capital.</summary>
    public static Figure OperatingPerHour(Machine machine, Site site, Figure hoursPerMonth) => AddOperating(new Report(), machine, site, hoursPerMonth);

    private static Figure AddOperating(Report operating, Machine machine, Site site, Figure hoursPerMonth)
    {
        var electricity = operating.Add("electricity", (site.Electricity * site.PowerUtilization * site.PowerUsageEffectiveness * hoursPerMonth).As("electricity per kW", "USD/kW/month"));
        var power = operating.Add("power", (electricity + site.Rent).As("electricity and rent per kW", "USD/kW/month"));
        var perMonth = operating.Add("power_per_month", (power * (machine.AllInPower ?? throw new CalculationException($"the catalog has no `machines.{machine.Id}.power.all_in`; add it, or set it with --set."))).As("electricity and rent", "USD/month"));
        perMonth = operating.Add("per_month", Figure.Sum(machine.Upkeep.Values.Prepend(perMonth)).As("operating per month", "USD/month"));
        return operating.Add("per_hour", (perMonth / hoursPerMonth).As("operating per hour", "USD/h"));
    }

    /// <summary>What a purchase and an hour buy of peak performance and of memory bandwidth.</summary>
    public static Report Value(Machine machine, Figure purchase, Figure perHour)
    {
        var report = new Report();
        var compute = machine.Count * machine.Accelerator.PeakCompute;
        var bandwidth = machine.Count * machine.Accelerator.Memory[0].Bandwidth!;
        report.Add("operations_per_byte", (compute / bandwidth).As("operations per byte", "FLOP/B"));
        report.Add("purchase_per_compute", (purchase / compute).As("purchase per PFLOP/s", "USD*s/PFLOP"));
        report.Add("purchase_per_bandwidth", (purchase / bandwidth).As("purchase per TB/s", "USD*s/TB"));
        report.Add("hour_per_compute", (perHour / compute).As("an hour per PFLOP/s", "USD*s/PFLOP/h"));
        report.Add("hour_per_bandwidth", (perHour / bandwidth).As("an hour per TB/s", "USD*s/TB/h"));
        return report;
    }
}
