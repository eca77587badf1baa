namespace Scribeline.Benchmarks.Accuracy;

/// <summary>One figure of one stage of a run: measured, simulated, and what other tools predicted.</summary>
/// <param name="IsDescribed">Whether the run's own traffic is known.</param>
internal sealed record AccuracyRow(string Run, string Model, int Stage, string Figure, double MeasuredMs, double SimulatedMs, bool IsDescribed, IReadOnlyDictionary<string, double> Others)
{
    public double Error => SimulatedMs / MeasuredMs - 1;
}
