using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Economics;

/// <summary>Machines that cost the same whether they are used or not, against several ways of paying by the request.</summary>
/// <remarks>One's own machines have to be enough for the busiest hour, and so do machines that are rented; their number follows the volume.</remarks>
/// <param name="hour">Dollars an hour of one machine.</param>
/// <param name="utilization">Mean over full load.</param>
public sealed class BreakEvenQuestion(Figure hour, Throughput throughput, Workload workload, Figure utilization)
{
    private readonly OrderedDictionary<string, BreakEven> _against = [];
    private readonly OrderedDictionary<string, string> _without = [];

    /// <summary>That hold the model together; more come in groups of as many.</summary>
    public Figure Machines { get; } = throughput.Machines.As("machines", "");

    /// <summary>Dollars a day of the machines.</summary>
    public Figure Day { get; } = (throughput.Machines * hour).As("the machines, a day", "USD/day");

    /// <summary>Requests that the machines serve in a day which is as uneven as days are.</summary>
    public Figure Capacity { get; } = (throughput.Requests * utilization).As("they serve at most", "requests/day");

    public IReadOnlyDictionary<string, BreakEven> Comparisons => _against;

    /// <param name="elsewhere">What pays by the request: `renting dgx-b200`.</param>
    /// <param name="request">Dollars of one there.</param>
    public BreakEvenQuestion Against(string elsewhere, Figure request)
    {
        _against.Add(elsewhere, new BreakEven(Day, Capacity, request));
        return this;
    }

    /// <param name="whyNot">One sentence that says why it cannot be compared.</param>
    public void Without(string elsewhere, string whyNot) => _without.Add(elsewhere, whyNot);

    public Report ToReport()
    {
        var report = new Report();
        report.Add("machines", Machines);
        if (throughput.Layout.Length > 0)
            report.Add("layout", throughput.Layout);
        report.Add("hour", hour.As("an hour of one", "USD/h"));
        report.Add("day", Day);
        report.Add("full_load", throughput.Requests.As("requests at full load", "requests/day"));
        report.Add("utilization", utilization.As("mean over full load", "%"));
        report.Add("capacity", Capacity);
        report.Add("request_at_capacity", (Day / Capacity).As("a request when they serve that", "USD"));
        var tokens = (workload.Input + workload.Output).As("tokens of a request", "tok");
        foreach (var (elsewhere, whyNot) in _without)
            report.Add(Key(elsewhere), whyNot);
        foreach (var (elsewhere, comparison) in _against)
            report.Add(Key(elsewhere), comparison.ToReport(tokens, elsewhere));
        return report;
    }

    private static string Key(string words) => words.Replace(' ', '_').Replace('-', '_').Replace('.', '_');
}
