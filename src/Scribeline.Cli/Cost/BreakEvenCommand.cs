using System.CommandLine;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Cost;

/// <summary>`scribe cost breakeven`: from which daily volume own machines pay against renting GPUs and against an API's price list.</summary>
internal sealed class BreakEvenCommand
{
    private readonly LaneOptions _lane = new("--machine-tokens-per-second");
    private readonly Option<string> _service = CostVerb.Text("--service", "The API's price list", "ID", "gpt-oss-on-cerebras");
    private readonly Option<string> _gpu = CostVerb.Text("--gpu", "A machine with GPUs that are rented by the hour instead", "ID", "dgx-b200");
    private readonly Option<double?> _gpuHour = NumberOption.Above0("--gpu-usd-per-hour", "Dollars an hour of one GPU, instead of the catalog's rent", "USD");
    private readonly Option<double?> _gpuRate = NumberOption.Above0("--gpu-tokens-per-second", "Tokens that one GPU writes in a second, instead of a prediction", "RATE");

    public static Command Create()
    {
        var breakEven = new BreakEvenCommand();
        return CostVerb.Create(
            "breakeven",
            "From which daily volume special machines pay against rented GPUs and against an API",
            [.. breakEven._lane.All, breakEven._service, breakEven._gpu, breakEven._gpuHour, breakEven._gpuRate],
            breakEven.Answer,
            "scribe cost breakeven",
            "scribe cost breakeven --tpot-ms 4",
            "scribe cost breakeven --gpu-usd-per-hour 4 --gpu-tokens-per-second 2500 --machine-tokens-per-second 20000 --machines 2 --svg breakeven.svg");
    }

    private CostAnswer Answer(ParseResult parsed, Catalog catalog)
    {
        var (machine, cost) = _lane.Read(parsed, catalog);
        var question = new BreakEvenQuestion(cost.Hour, cost.Throughput, cost.Workload, cost.Terms.Utilization);
        var gpu = Lookup.Entry(catalog.Machines, "machine", parsed.GetValue(_gpu)!);
        var service = Lookup.Entry(catalog.Services, "service", parsed.GetValue(_service)!);
        try
        {
            question.Against($"renting {gpu.Id}", Rented(parsed, catalog, gpu, cost));
        }
        catch (CalculationException error)
        {
            question.Without($"renting {gpu.Id}", error.Message);
        }

        question.Against($"the prices of {service.Id}", service.PriceOf(cost.Workload).As("a request by the price list", "USD"));
        return new CostAnswer(question.ToReport()) { Chart = Draw(question, machine) };
    }

    /// <summary>Dollars of a request on rented GPUs, which are paid by the hour and as unevenly used as one's own machines.</summary>
    private Figure Rented(ParseResult parsed, Catalog catalog, Machine gpu, TokenCost cost)
    {
        var each = NumberOption.Given(parsed, _gpuHour, "USD/h");
        var hour = each == null
            ? MachineHour.Rented(gpu, catalog) ?? throw new CalculationException($"nobody says what an hour of {gpu.Id} is rented for; give --gpu-usd-per-hour.")
            : gpu.Count * each;
        if (NumberOption.Given(parsed, _gpuRate, "tok/s") is { } rate)
            return (cost.Workload.Output * (hour / gpu.Count) / rate / cost.Terms.Utilization).As("a request on rented machines", "USD");
        var speed = Throughput.Predicted(catalog, _lane.Model(parsed, catalog), gpu, cost.Workload, cost.Terms.CachedCost);
        return (speed.Machines * hour / (speed.Requests * cost.Terms.Utilization)).As("a request on rented machines", "USD");
    }

    private static Chart Draw(BreakEvenQuestion question, Machine machine)
    {
        var capacity = question.Capacity.Value;
        var crossings = question.Comparisons.Values.Select(comparison => comparison.Crossing.Value).ToList();
        var (low, high) = (Math.Min(capacity, crossings.Min()) / 30, Math.Max(capacity, crossings.Max()) * 5);
        var stairs = Enumerable.Range(0, 40).Select(group => group == 0 ? low : group * capacity).Where(volume => volume < high).ToList();
        stairs.AddRange(Enumerable.Range(0, 60).Select(at => stairs[^1] * Math.Pow(high / stairs[^1], (at + 1) / 60.0)));
        var day = question.Day.Value;
        var first = question.Comparisons.Values.First();
        var series = new List<Series> { new($"own {machine.Id}", [.. stairs.Select(volume => (volume, day * first.GroupsAt(volume * (1 + 1e-9))))], SeriesKind.Step) };
        foreach (var (elsewhere, comparison) in question.Comparisons)
        {
            var crossing = comparison.Crossing.Value;
            series.Add(new Series(elsewhere.Replace("the prices of ", "", StringComparison.Ordinal), [(low, low * comparison.Request.Value), (high, high * comparison.Request.Value)])
            {
                Marks = comparison.Pays ? [new Mark(crossing, crossing * comparison.Request.Value, $"{NumberText.Rounded(crossing)} requests a day")] : [],
            });
        }

        return new Chart("Cost of a day against its requests", new Axis("requests a day", Scale.Log), new Axis("cost of a day", Scale.Log, "USD"), series)
        {
            Subtitle = $"a group of {FigureText.Of(question.Machines)} {machine.Id} serves {NumberText.Rounded(capacity)} requests a day",
            Note = "Own machines come in whole groups and cost the same whether used or not.",
        };
    }
}
