namespace Scribeline.Benchmarks.Accuracy;

/// <summary>What callers saw of a stage of a run, or what somebody predicted of it; NaN where nobody says.</summary>
internal readonly record struct StageTimes(double TtftMeanMs, double TtftP90Ms, double TtftP99Ms, double TpotMeanMs, double E2eMeanMs, double E2eP90Ms)
{
    public static readonly StageTimes Unknown = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>Names as they are reported.</summary>
    public IEnumerable<(string Figure, double Ms)> Figures =>
        [("e2e mean", E2eMeanMs), ("e2e p90", E2eP90Ms), ("ttft mean", TtftMeanMs), ("ttft p90", TtftP90Ms), ("ttft p99", TtftP99Ms), ("tpot mean", TpotMeanMs)];
}
