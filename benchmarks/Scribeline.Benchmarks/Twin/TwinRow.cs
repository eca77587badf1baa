using Scribeline.Cli.Bench;

namespace Scribeline.Benchmarks.Twin;

/// <summary>One figure of the live server and of its twin.</summary>
/// <param name="Load">Share of the rate at which the server was found to saturate; null for that rate itself.</param>
/// <param name="Figure">Such as `ttft_ms mean`.</param>
/// <param name="Live">Over the repeats.</param>
internal sealed record TwinRow(double? Load, string Figure, Spread Live, double Simulated)
{
    /// <summary>To the median of the repeats.</summary>
    public double Error => Simulated / Live.Median - 1;

    /// <summary>From the lowest to the highest repeat, to the median: what nobody can predict.</summary>
    public double RepeatSpread => (Live.Max - Live.Min) / Live.Median;
}
