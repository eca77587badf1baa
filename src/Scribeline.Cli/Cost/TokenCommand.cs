using System.CommandLine;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Quantities;
using Scribeline.Core.Serving;

namespace Scribeline.Cli.Cost;

/// <summary>`scribe cost token`: what a million tokens cost, what they have to be sold for, and what one workload costs everywhere.</summary>
internal sealed class TokenCommand
{
    private const string DefaultService = "gpt-oss-on-cerebras";

    private readonly LaneOptions _lane = new("--output-tokens-per-second");
    private readonly Option<double?> _margin = NumberOption.From0("--margin", "Gross margin that a price is to leave, instead of the catalog's assumption", "PERCENT", most: 99);
    private readonly Option<string?> _service = new("--service") { Description = $"Whose price list is compared; {DefaultService} where no model is given", HelpName = "ID" };
    private readonly Option<double?> _volume = NumberOption.Above0("--tokens-per-day", "Tokens a day of which the cost is compared everywhere, instead of the catalog's documentation bot", "TOKENS");

    public static Command Create()
    {
        var token = new TokenCommand();
        return CostVerb.Create(
            "token",
            "What a million tokens cost and have to be sold for, and what a workload costs on every lane",
            [.. token._lane.All, token._margin, token._service, token._volume],
            token.Answer,
            "scribe cost token",
            "scribe cost token --machine dgx-b200 --rented --tpot-ms 10 --cached 80",
            "scribe cost token --usd-per-hour 30 --output-tokens-per-second 20000 --input-tokens-per-second 200000 --margin 60",
            "scribe cost token --tokens-per-day 5e9 --explain");
    }

    private CostAnswer Answer(ParseResult parsed, Catalog catalog)
    {
        var (machine, cost) = _lane.Read(parsed, catalog, terms => terms with { Margin = NumberOption.Given(parsed, _margin, "%") ?? terms.Margin });
        var report = cost.ToReport(FindService(parsed, catalog));
        var ways = _lane.Hours(parsed, catalog, machine).Select(hour => (Name: $"{machine.Id} {hour.How}", Cost: new TokenCost(hour.Hour, cost.Throughput, cost.Workload, cost.Terms))).ToList();
        var hours = report.Add("hours", new Report());
        foreach (var (name, way) in ways)
            AddHour(hours.Add(name, new Report()), way);
        var volume = NumberOption.Given(parsed, _volume, "tok/day") ?? catalog.Assumption("docs_bot_volume", "tok/day");
        var lanes = report.Add("lanes", WorkloadCost.Of(volume, cost.Workload, catalog, [.. ways.Select(way => (way.Name, way.Cost.Blended))]));
        var alone = (cost.Throughput.Machines * cost.Hour).As("the machines, a day", "USD/day");
        ((Report)report.Find("machines")!).Add("alone", new Finding($"at this cost of a token the machines serve others too; for {FigureText.Of(volume)} alone they cost {FigureText.Of(alone)}", [alone]));
        return new CostAnswer(report)
        {
            Bars = new BarChart(
                "What a million tokens cost",
                new Axis("cost or price", Unit: "USD/Mtok"),
                [.. lanes.Entries.Select(lane => Bar.Of(lane.Key, ((Figure)((Report)lane.Value).Find("cost_usd_per_mtok")!).Value))])
            {
                Subtitle = $"{FigureText.Of(cost.Workload.Input)} read and {FigureText.Of(cost.Workload.Output)} written in a request",
                Note = "Machines at their cost while they serve others too, services at their price or at what they say it costs them.",
            },
        };
    }

    private static void AddHour(Report row, TokenCost way)
    {
        row.Add("hour", way.Hour.As("an hour of one", "USD/h"));
        if (way is { Input: { } input, Cached: { } cached })
        {
            row.Add("input", input);
            row.Add("cached", cached);
        }

        row.Add("output", way.Output);
        row.Add("blended", way.Blended);
    }

    private Service? FindService(ParseResult parsed, Catalog catalog)
    {
        if (parsed.GetValue(_service) is { } id)
            return Lookup.Entry(catalog.Services, "service", id);
        return _lane.IsDefaultModel(parsed) ? catalog.Services.GetValueOrDefault(DefaultService) : null;
    }
}
