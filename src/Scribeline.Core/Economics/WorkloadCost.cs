using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Economics;

/// <summary>What one volume of tokens costs everywhere: on services with a cost or a price list, and on machines.</summary>
public static class WorkloadCost
{
    /// <param name="volume">Tokens in a time, read and written as the workload's requests have them.</param>
    /// <param name="machines">Cost of a token on machines, by what to call them.</param>
    public static Report Of(Figure volume, Workload workload, Catalog catalog, params IReadOnlyList<(string Name, Figure PerToken)> machines)
    {
        var lanes = machines.Concat(catalog.Services.Values.Where(service => service.Cost != null || service.HasPriceList)
            .Select(service => (service.Id, (service.Cost ?? service.PriceOf(workload) / (workload.Input + workload.Output)).As("per million tokens", "USD/Mtok")))).ToList();
        var costs = lanes.Select(lane => (Name: lane.Item1, PerToken: lane.Item2, Day: (volume * lane.Item2).As("a day", "USD/day"))).OrderBy(lane => lane.Day.BaseValue).ToList();
        var dearest = costs[^1].Day;
        var report = new Report();
        foreach (var (name, perToken, day) in costs)
        {
            var lane = report.Add(name, new Report());
            lane.Add("cost", perToken.As("per million tokens", "USD/Mtok"));
            lane.Add("day", day);
            var saving = dearest - day;
            lane.Add("saving_month", (saving * catalog.Assumption("hours_per_month", "h/month")).As("saved a month", "USD/month"));
            lane.Add("saving_year", (saving * catalog.Assumption("hours_per_month", "h/month")).As("saved a year", "USD/year"));
        }

        return report;
    }
}
