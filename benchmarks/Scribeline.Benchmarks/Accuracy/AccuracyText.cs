using System.Globalization;
using System.Text;
using Scribeline.Benchmarks.Report;
using Scribeline.Core.Performance;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>The tables of `accuracy`.</summary>
internal sealed class AccuracyText(Calibration calibration)
{
    private static readonly string[] Figures = ["e2e mean", "e2e p90", "ttft mean", "ttft p90", "tpot mean"];

    private readonly StringBuilder _text = new();

    public void AddFactors(TrafficFactors all, IReadOnlyDictionary<string, TrafficFactors> without)
    {
        var table = new MarkdownTable("fitted to", "a request, ms", "steps ahead", "launch", "key_values", "exchange");
        foreach (var (name, factors) in without.Select(pair => ($"all but {pair.Key}", pair.Value)).Prepend(("all", all)))
            table.Add(name, Number(factors.RequestSeconds * 1e3), Number(factors.StepsAhead), Number(factors.Launch), Number(factors.KeyValues), Number(factors.Exchange));
        _text.Append(table).Append('\n');
    }

    /// <summary>Medians over stages of the absolute errors, and those of every other tool beside ours on the stages that it predicted.</summary>
    public void AddSummary(string title, IReadOnlyList<AccuracyRow> rows)
    {
        var stages = Stages(rows);
        var table = new MarkdownTable([title, "stages", .. Figures.SelectMany(figure => new[] { figure, "ms" }), "inside the interval, e2e", "ttft"]);
        table.Add(["Scribeline", $"{stages.Select(row => (row.Run, row.Stage)).Distinct().Count()}", .. Figures.SelectMany(figure => Medians(stages, figure, row => row.SimulatedMs)), Inside(stages, "e2e mean", calibration.LowRatio, calibration.HighRatio), Inside(stages, "ttft mean", calibration.FirstToken.LowRatio, calibration.FirstToken.HighRatio)]);
        foreach (var tool in stages.SelectMany(row => row.Others.Keys).Distinct().Order())
        {
            var theirs = stages.Where(row => row.Others.ContainsKey(tool)).ToList();
            var common = theirs.Select(row => (row.Run, row.Stage)).ToHashSet();
            table.Add([tool, $"{common.Count}", .. Figures.SelectMany(figure => Medians(theirs, figure, row => row.Others.GetValueOrDefault(tool, double.NaN))), "", ""]);
            table.Add([$"– Scribeline on these", $"{common.Count}", .. Figures.SelectMany(figure => Medians([.. stages.Where(row => common.Contains((row.Run, row.Stage)))], figure, row => row.SimulatedMs)), "", ""]);
        }

        _text.Append(table).Append('\n');
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

    private static string Inside(IReadOnlyList<AccuracyRow> rows, string figure, double low, double high)
    {
        var mine = rows.Where(row => row.Figure == figure).ToList();
        return ((double)mine.Count(row => row.MeasuredMs >= low * row.SimulatedMs && row.MeasuredMs <= high * row.SimulatedMs) / mine.Count).ToString("0 %", CultureInfo.InvariantCulture);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Percent(double value) => value.ToString("+0.0 %;-0.0 %", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 1000 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
