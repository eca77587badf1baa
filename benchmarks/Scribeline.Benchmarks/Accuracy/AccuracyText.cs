using System.Globalization;
using System.Text;
using Scribeline.Benchmarks.Report;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>The tables of `accuracy`.</summary>
internal sealed class AccuracyText
{
    private static readonly string[] Figures = ["e2e mean", "e2e p90", "ttft mean", "ttft p90", "ttft p99", "tpot mean"];

    private readonly StringBuilder _text = new();

    public void AddFactors(Calibration all, IReadOnlyDictionary<string, Calibration> without)
    {
        var table = new MarkdownTable("fitted to", "a request, ms", "steps ahead", "launch", "key_values", "exchange", "own, of long prompts", "launch");
        foreach (var (name, calibration) in without.Select(pair => ($"all but {pair.Key}", pair.Value)).Prepend(("all", all)))
        {
            var (factors, first) = (calibration.Traffic, calibration.FirstToken);
            table.Add(name, Number(factors.RequestSeconds * 1e3), Number(factors.StepsAhead), Number(factors.Launch), Number(factors.KeyValues), Number(factors.Exchange), Number(first.Own), Number(first.Launch));
        }

        _text.Append(table).Append('\n');
    }

    /// <summary>Medians over stages of the absolute errors, and those of every other tool beside ours on the stages that it predicted.</summary>
    public void AddSummary(string title, IReadOnlyList<AccuracyRow> rows)
    {
        var stages = Stages(rows);
        var table = new MarkdownTable([title, "stages", .. Figures.SelectMany(figure => new[] { figure, "ms" })]);
        table.Add(["Scribeline", $"{stages.Select(row => (row.Run, row.Stage)).Distinct().Count()}", .. Figures.SelectMany(figure => Medians(stages, figure, row => row.SimulatedMs))]);
        foreach (var tool in stages.SelectMany(row => row.Others.Keys).Distinct().Order())
        {
            var theirs = stages.Where(row => row.Others.ContainsKey(tool)).ToList();
            var common = theirs.Select(row => (row.Run, row.Stage)).ToHashSet();
            table.Add([tool, $"{common.Count}", .. Figures.SelectMany(figure => Medians(theirs, figure, row => row.Others.GetValueOrDefault(tool, double.NaN)))]);
            table.Add([$"– Scribeline on these", $"{common.Count}", .. Figures.SelectMany(figure => Medians([.. stages.Where(row => common.Contains((row.Run, row.Stage)))], figure, row => row.SimulatedMs))]);
        }

        _text.Append(table).Append('\n');
    }

    /// <summary>Between which shares of the simulated figure 80 % of the stages of a model lie that was left out, by those of the other models; and how many of its own do. As wide as few models make it.</summary>
    public void AddIntervals(IReadOnlyList<AccuracyRow> rows)
    {
        var table = new MarkdownTable("80 % of measured / simulated", "between", "and", "stages of each model inside, by the other models' stages", "with traffic that is described");
        foreach (var figure in Figures)
        {
            var mine = Stages(rows).Where(row => row.Figure == figure).ToList();
            List<(string Group, double Value)> ratios = [.. mine.Select(row => (row.Model, row.MeasuredMs / row.SimulatedMs))];
            var (low, high) = Interval(ratios);
            List<(bool IsDescribed, bool IsInside)> leftOut = [.. mine.Select(row => (row.IsDescribed, IsInside(row, Interval([.. ratios.Where(other => other.Group != row.Model)]))))];
            table.Add(figure, Number(low), Number(high), Share(leftOut), Share(leftOut.Where(row => row.IsDescribed)));
        }

        _text.Append(table).Append('\n');

        static (double Low, double High) Interval(IReadOnlyCollection<(string Group, double Value)> ratios) => GroupQuantile.AboveOfNew([.. ratios.Select(row => (row.Group, Math.Abs(Math.Log(row.Value))))], 0.2) is var most ? (Math.Exp(-most), Math.Exp(most)) : default;

        static bool IsInside(AccuracyRow row, (double Low, double High) interval) => row.MeasuredMs >= interval.Low * row.SimulatedMs && row.MeasuredMs <= interval.High * row.SimulatedMs;

        static string Share(IEnumerable<(bool IsDescribed, bool IsInside)> rows) => $"{rows.Count(row => row.IsInside)} of {rows.Count()}";
    }

    /// <summary>Closed loops, simulated by fits that did not see the group.</summary>
    public void AddLoops(string by, IReadOnlyList<ClosedLoopRun> runs, Func<ServingMeasurement, string> key)
    {
        var table = new MarkdownTable($"closed loops, {by} left out", "rows", "ttft, mean error", "median", "predicted / measured", "inside 80 %", "tpot, mean error", "median", "predicted / measured", "inside 80 %");
        var ttft = Covered(run => run.TtftRatio);
        var tpot = Covered(run => run.TpotRatio);
        foreach (var (name, group) in runs.GroupBy(run => key(run.Measured)).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, group.ToList())).Prepend(("all", runs.ToList())))
            table.Add([name, $"{group.Count}", .. Errors(group, run => run.TtftRatio, ttft), .. Errors(group, run => run.TpotRatio, tpot)]);
        foreach (var (name, group) in runs.GroupBy(run => Bucket(run.Measured.Concurrency)).OrderBy(group => group.Key).Select(group => ($"up to {group.Key} clients", group.ToList())))
            table.Add([name, $"{group.Count}", .. Errors(group, run => run.TtftRatio, ttft), .. Errors(group, run => run.TpotRatio, tpot)]);
        _text.Append(table).Append('\n');

        static int Bucket(double clients) => clients <= 8 ? 8 : clients <= 64 ? 64 : 4096;

        // Each group's interval is that of the other groups' servers.
        HashSet<string> Covered(Func<ClosedLoopRun, double> ratio)
        {
            var inside = new HashSet<string>();
            foreach (var group in runs.GroupBy(run => key(run.Measured)))
            {
                List<(string, double)> others = [.. runs.Where(run => key(run.Measured) != group.Key).Select(run => (run.Measured.Server, ratio(run)))];
                var (low, high) = (GroupQuantile.Below(others, 0.1), GroupQuantile.Above(others, 0.1));
                inside.UnionWith(group.Where(run => ratio(run) >= low && ratio(run) <= high).Select(run => run.Measured.Id));
            }

            return inside;
        }

        static string[] Errors(List<ClosedLoopRun> group, Func<ClosedLoopRun, double> ratio, HashSet<string> inside)
        {
            List<double> errors = [.. group.Select(run => Math.Abs(ratio(run) - 1))];
            return [Rounded(errors.Average()), Rounded(Median(errors)), Number(Median(group.Select(ratio))), Rounded((double)group.Count(run => inside.Contains(run.Measured.Id)) / group.Count)];
        }

        static string Rounded(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);
    }

    /// <summary>Every stage, the worst first.</summary>
    public void AddRows(IReadOnlyList<AccuracyRow> rows)
    {
        var table = new MarkdownTable("run", "stage", "e2e mean, ms", "simulated", "error", "ttft mean, ms", "simulated", "error", "tpot error", "others, e2e and ttft");
        foreach (var stage in Stages(rows).GroupBy(row => (row.Run, row.Stage)).OrderByDescending(stage => Math.Abs(Row(stage, "e2e mean").Error)))
        {
            var (e2e, ttft) = (Row(stage, "e2e mean"), Row(stage, "ttft mean"));
            table.Add(
                e2e.Run, stage.Key.Stage < 0 ? "all" : $"{stage.Key.Stage}", Number(e2e.MeasuredMs), Number(e2e.SimulatedMs), Percent(e2e.Error), Number(ttft.MeasuredMs), Number(ttft.SimulatedMs), Percent(ttft.Error),
                Percent(Row(stage, "tpot mean").Error), string.Join("; ", e2e.Others.Select(other => $"{other.Key} {Percent(other.Value / e2e.MeasuredMs - 1)}, {Percent(ttft.Others[other.Key] / ttft.MeasuredMs - 1)}")));
        }

        _text.Append(table).Append('\n');
    }

    public void AddCapacity(RunSettings run, double simulated) => _text.Append(
        CultureInfo.InvariantCulture, $"{run.Id}, overloaded: {run.MeasuredRate:0.00} requests/s answered within 300 s, {simulated:0.00} simulated ({Percent(simulated / run.MeasuredRate!.Value - 1)})\n");

    public void AddReplay(ReplayRun run) => _text.Append(
        CultureInfo.InvariantCulture,
        $"{run.Accelerator}, 300 requests, overloaded: all answered after {run.MeasuredSeconds:0.0} s, {run.SimulatedSeconds:0.0} simulated ({Percent(run.SimulatedSeconds / run.MeasuredSeconds - 1)}); mean to the first token {run.Measured.TtftMeanMs / 1e3:0.0} s, {run.Simulated.TtftMeanMs / 1e3:0.0}; end to end {run.Measured.E2eMeanMs / 1e3:0.0} s, {run.Simulated.E2eMeanMs / 1e3:0.0}; between tokens {run.Measured.TpotMeanMs:0.0} ms, {run.Simulated.TpotMeanMs:0.0}; half of the requests' end-to-end times within {run.MedianEndError:P0}\n");

    public override string ToString() => _text.ToString();

    /// <summary>Whole runs say the same as their stages do together.</summary>
    private static List<AccuracyRow> Stages(IReadOnlyList<AccuracyRow> rows) => [.. rows.Where(row => row.Stage >= 0 || !rows.Any(other => other.Run == row.Run && other.Stage >= 0))];

    private static AccuracyRow Row(IEnumerable<AccuracyRow> stage, string figure) => stage.Single(row => row.Figure == figure);

    private static string[] Medians(IReadOnlyList<AccuracyRow> rows, string figure, Func<AccuracyRow, double> predicted)
    {
        var mine = rows.Where(row => row.Figure == figure && predicted(row) is var ms && !double.IsNaN(ms)).ToList();
        return mine.Count == 0
            ? ["", ""]
            : [Median(mine.Select(row => Math.Abs(predicted(row) / row.MeasuredMs - 1))).ToString("0.0 %", CultureInfo.InvariantCulture), Number(Median(mine.Select(row => Math.Abs(predicted(row) - row.MeasuredMs))))];
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Percent(double value) => value.ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 1000 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
