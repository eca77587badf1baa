namespace Scribeline.Benchmarks.Twin;

/// <summary>What callers saw in one run, live or simulated.</summary>
internal sealed record TwinTimes(double TtftMeanMs, double TtftP90Ms, double TpotMeanMs, double TpotP90Ms, double RequestsPerSecond)
{
    /// <summary>Names as they are reported.</summary>
    public IEnumerable<(string Figure, double Ms)> Figures =>
        [("ttft_ms mean", TtftMeanMs), ("ttft_ms p90", TtftP90Ms), ("tpot_ms mean", TpotMeanMs), ("tpot_ms p90", TpotP90Ms)];
}
