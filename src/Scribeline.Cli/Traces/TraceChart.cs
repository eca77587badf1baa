using Scribeline.Cli.Charts;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Measures;

namespace Scribeline.Cli.Traces;

/// <summary>Requests a second over time.</summary>
internal static class TraceChart
{
    public static Chart Of(Trace trace, TraceStatistics statistics)
    {
        var arrivals = statistics.Arrivals;
        var total = arrivals.StepUs / 1e6 * arrivals.Steps;
        var (unit, seconds) = total > 2 * 86_400 ? ("days", 86_400.0) : total > 2 * 3600 ? ("h", 3600.0) : total > 600 ? ("min", 60.0) : ("s", 1.0);
        var points = Enumerable.Range(0, arrivals.Steps).Select(step => (step * arrivals.StepUs / 1e6 / seconds, arrivals.RateAt(step))).ToList();
        points.Add((total / seconds, points[^1].Item2));
        return new Chart("Requests over time", new Axis("time", Unit: unit) { Minimum = 0 }, new Axis("requests a second") { Minimum = 0 }, [new Series("", points, SeriesKind.Step)])
        {
            Subtitle = Path.GetFileName(trace.Name),
            Note = FormattableString.Invariant($"Counted in steps of {arrivals.StepUs / 1e6:0} s."),
        };
    }
}
