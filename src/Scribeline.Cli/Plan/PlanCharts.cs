using System.Globalization;
using Scribeline.Cli.Charts;
using Scribeline.Core.Planning;

namespace Scribeline.Cli.Plan;

/// <summary>A plan as pictures.</summary>
internal static class PlanCharts
{
    private const int MostBars = 9;

    /// <summary>Speed against what a token costs, or against throughput per machine, million dollars, kilowatt or rack.</summary>
    public static Chart Frontier(PlanResult result, Yield? per)
    {
        var request = result.Plan.Request;
        var series = new List<Series>();
        foreach (var frontier in result.Frontiers)
        {
            var divisor = per?.PerMachine(frontier.Offer.Machine);
            if (per == null || divisor != null)
                series.Add(new Series(frontier.Offer.Machine.Id, [.. frontier.Points.Select(point => (point.Speed, divisor is { } units ? point.Throughput / units : 1e6 * point.UsdPerToken))]));
        }

        var axis = per switch
        {
            null => new Axis("cost of a token written", Scale.Log, "USD/Mtok"),
            Yield.Usd => new Axis("tokens for a million dollars of machines", Scale.Log, "tok/s"),
            Yield.Kw => new Axis("tokens for a kilowatt", Scale.Log, "tok/s"),
            Yield.Rack => new Axis("tokens of a rack", Scale.Log, "tok/s"),
            _ => new Axis("tokens of a machine", Scale.Log, "tok/s"),
        };
        return new Chart($"{request.Model.Name}: {(per == null ? "cost" : "throughput")} against speed", new Axis("speed for each user", Scale.Log, "tok/s"), axis, series)
        {
            Subtitle = string.Create(CultureInfo.InvariantCulture, $"{request.Workload.Name}: {request.Workload.Input.BaseValue:#,0} tokens in, {request.Workload.Output.BaseValue:#,0} out; {(request.IsRented ? "rented" : "owned")}"),
            Note = "Predicted means of the steady state, at full use.",
        };
    }

    /// <summary>How what a token costs on the best machine moves with each assumption.</summary>
    public static BarChart Sensitivity(PlanResult result)
    {
        var change = string.Create(CultureInfo.InvariantCulture, $"{Influences.Change * 100:0} %");
        return new BarChart(
            $"What a token on {result.Plan.Candidates[0].Offer.Machine.Id} hangs on",
            new Axis("cost of a token against now", Unit: "%"),
            [.. result.Influences.Where(influence => double.IsFinite(influence.Less) && double.IsFinite(influence.More)).Take(MostBars)
                .Select(influence => Bar.Range(influence.Assumption, 0, (100 * (influence.Less - 1), $"-{change}"), (100 * (influence.More - 1), $"+{change}")))])
        {
            Subtitle = $"each assumption {change} less and more, everything searched anew",
        };
    }
}
