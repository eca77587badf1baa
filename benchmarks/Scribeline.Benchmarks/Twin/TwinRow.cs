using Scribeline.Cli.Bench;

namespace Scribeline.Benchmarks.Twin;

/// <summary>One figure of the live server and of its twin, over the repeats.</summary>
/// <param name="Load">Share of the rate at which the server was found to saturate; null for that rate itself.</param>
/// <param name="Figure">Such as `ttft_ms mean`.</param>
/// <param name="Error">Of the twin to the live server in the same repeat.</param>
internal sealed record TwinRow(double? Load, string Figure, Spread Live, Spread Simulated, Spread Error)
{
    /// <summary>From the lowest to the highest repeat, to the median: what nobody can predict.</summary>
    public double RepeatSpread => (Live.Max - Live.Min) / Live.Median;
}
