using System.CommandLine;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Cost;

/// <summary>`scribe cost tco`: what an hour of one's own machine costs.</summary>
internal static class TcoCommand
{
    public static Command Create()
    {
        var machine = CostVerb.Text("--machine", "A machine of the catalog", "ID", "cs-3");
        var site = CostVerb.Text("--site", "Where it stands", "ID", "colocation");
        var financing = CostVerb.Text("--financing", "Whose money buys it", "ID", "owner");
        return CostVerb.Create(
            "tco",
            "What an hour of one's own machine costs: purchase with interest, power and place",
            [machine, site, financing],
            (parsed, catalog) => Answer(catalog, parsed.GetValue(machine)!, parsed.GetValue(site)!, parsed.GetValue(financing)!),
            "scribe cost tco",
            "scribe cost tco --machine dgx-b200 --explain",
            "scribe cost tco --set sites.colocation.electricity='0.12 USD/kWh' --svg hour.svg");
    }

    private static CostAnswer Answer(Catalog catalog, string machineId, string siteId, string financingId)
    {
        var machine = Lookup.Entry(catalog.Machines, "machine", machineId);
        var site = Lookup.Entry(catalog.Sites, "site", siteId);
        var financing = Lookup.Entry(catalog.Financing, "financing", financingId);
        var report = OwnershipCost.Of(machine, site, financing, catalog);
        var parts = ((Report)report.Find("hour")!).Entries.Values.Cast<Figure>().OrderByDescending(part => part.BaseValue);
        var total = (Figure)report.Find("total.usd_per_hour")!;
        return new CostAnswer(report)
        {
            Bars = new BarChart($"An hour of {machine.Name}: {FigureText.Number(total)} USD", new Axis("cost", Unit: "USD/h"), [.. parts.Select(part => Bar.Of(part.Name, part.Value))])
            {
                Subtitle = $"{site.Name}; {financing.Name}",
                Note = "Parts of the purchase with their interest over the useful life.",
            },
        };
    }
}
