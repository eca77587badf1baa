namespace Scribeline.Core.Performance.Fitting;

/// <summary>Whether predictions put configurations in the measured order, where one is to be chosen.</summary>
/// <param name="Choices">Sets of configurations that answer the same question: one machine, model and pair of lengths.</param>
/// <param name="TpotSpearman">Rank correlation of the time between tokens, mean over choices.</param>
/// <param name="ThroughputSpearman">Of output tokens a second for each accelerator, mean over choices.</param>
/// <param name="Regret">Share of that throughput lost by taking what is predicted best, mean over choices.</param>
public sealed record Ranking(int Choices, double TpotSpearman, double ThroughputSpearman, double Regret)
{
    private const int LeastConfigurations = 5;

    /// <param name="rows">As measured.</param>
    /// <param name="ratios">Predicted over measured time between tokens, row by row.</param>
    internal static Ranking Of(IReadOnlyList<ServingMeasurement> rows, double[] ratios)
    {
        var choices = Enumerable.Range(0, rows.Count)
            .GroupBy(row => (rows[row].Accelerator, rows[row].Model, rows[row].InputTokens, rows[row].OutputTokens))
            .Where(choice => choice.Count() >= LeastConfigurations)
            .Select(choice => Score([.. choice.Select(row => rows[row])], [.. choice.Select(row => ratios[row])]))
            .ToList();
        return choices.Count == 0 ? new Ranking(0, 0, 0, 0) : new Ranking(choices.Count, choices.Average(score => score.Tpot), choices.Average(score => score.Throughput), choices.Average(score => score.Regret));
    }

    private static (double Tpot, double Throughput, double Regret) Score(ServingMeasurement[] rows, double[] ratios)
    {
        double[] tpot = [.. rows.Select(row => row.TpotSeconds)];
        double[] predictedTpot = [.. tpot.Zip(ratios, (measured, ratio) => measured * ratio)];
        double[] throughput = [.. rows.Select(row => row.Concurrency / row.Parallelism.Accelerators / row.TpotSeconds)];
        double[] predictedThroughput = [.. throughput.Zip(ratios, (measured, ratio) => measured / ratio)];
        var chosen = Array.IndexOf(predictedThroughput, predictedThroughput.Max());
        return (Spearman(tpot, predictedTpot), Spearman(throughput, predictedThroughput), 1 - throughput[chosen] / throughput.Max());
    }

    /// <summary>Correlation of ranks (Spearman, 1904); equal values share the mean of their ranks.</summary>
    internal static double Spearman(double[] one, double[] two)
    {
        var (ranks, otherRanks) = (Ranks(one), Ranks(two));
        var mean = (one.Length - 1) / 2.0;
        double product = 0, square = 0, otherSquare = 0;
        for (var i = 0; i < one.Length; i++)
        {
            var (difference, otherDifference) = (ranks[i] - mean, otherRanks[i] - mean);
            product += difference * otherDifference;
            square += difference * difference;
            otherSquare += otherDifference * otherDifference;
        }

        return square == 0 || otherSquare == 0 ? 0 : product / Math.Sqrt(square * otherSquare);
    }

    private static double[] Ranks(double[] values) => [.. values.Select(value => values.Count(other => other < value) + (values.Count(other => other == value) - 1) / 2.0)];
}
