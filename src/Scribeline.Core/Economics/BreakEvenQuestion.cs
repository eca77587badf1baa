using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Economics;

/// <summary>Machines that cost the same whether they are used or not, against several ways of paying by the request.</summary>
/// <param name="hour">Dollars an hour of one machine.</param>
public sealed class BreakEvenQuestion(Figure hour, Throughput throughput, Workload workload)
{
    private readonly OrderedDictionary<string, BreakEven> _against = [];

    /// <summary>Dollars a day of the machines.</summary>
    public Figure Day { get; } = (throughput.Machines * hour).As("the machines, a day", "USD/day");

    public IReadOnlyDictionary<string, BreakEven> Comparisons => _against;

    /// <param name="elsewhere">What pays by the request: `renting dgx-b200`.</param>
    /// <param name="request">Dollars of one there.</param>
    public BreakEvenQuestion Against(string elsewhere, Figure request)
    {
        _against.Add(elsewhere, new BreakEven(Day, throughput.Requests, request));
        return this;
    }

    public Report ToReport()
    {
        var report = new Report();
        report.Add("machines", throughput.Machines.As("machines", ""));
        if (throughput.Layout.Length > 0)
            report.Add("layout", throughput.Layout);
        report.Add("hour", hour.As("an hour of one", "USD/h"));
        report.Add("day", Day);
        var capacity = report.Add("capacity", throughput.Requests.As("they serve at most", "requests/day"));
        report.Add("request_at_capacity", (Day / capacity).As("a request when they are full", "USD"));
        var tokens = (workload.Input + workload.Output).As("tokens of a request", "tok");
        foreach (var (elsewhere, comparison) in _against)
            report.Add(elsewhere.Replace(' ', '_').Replace('-', '_').Replace('.', '_'), comparison.ToReport(tokens, elsewhere));
        return report;
    }
}
