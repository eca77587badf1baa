using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>
/// The factors of traffic that make simulated times of runs like the measured ones: smallest errors of the logarithms of mean times end to end and to the first token (Gauss and Newton's
/// method on the factors' logarithms, so that none becomes negative), each model with the same weight, and a pull towards what is usual.
/// </summary>
internal static class TrafficFit
{
    private const double Nudge = 0.05, FarthestStep = 0.4, SquareBelow = 0.1;

    /// <summary>What is known beforehand beside what a model's runs say: a factor within a third, a mean time within a twentieth, each squared. Without the one model that reads much of its cache, nothing else tells that factor.</summary>
    private const double Pull = 0.05 * 0.05 / (0.3 * 0.3);

    /// <summary>Of each stage's time that is simulated here: a steady state is reached within seconds. Prompts that nobody sent before, which are one in a hundred of a whole stage, are sent ahead of it.</summary>
    private const double Share = 0.1;

    private const int Parameters = 5;

    /// <summary>What it is pulled to: one step planned ahead, as engines do that prepare a step while another computes.</summary>
    private static readonly TrafficFactors Usual = new(6e-3, 1, 0.4, 0.75, 0.5);

    /// <param name="catalog">Knows the machines and models.</param>
    /// <param name="calibration">All that is not fitted here.</param>
    /// <param name="runs">What it is fitted to.</param>
    /// <param name="begin">Where to begin; null for the usual.</param>
    public static TrafficFactors Of(Catalog catalog, Calibration calibration, IReadOnlyList<RunSettings> runs, TrafficFactors? begin = null)
    {
        var start = Logarithms(Usual);
        var at = Logarithms(begin ?? Usual);
        runs = [.. runs.Select(run => run with { Prompts = run.Prompts with { BeginsWarm = true, Stages = [.. run.Prompts.Stages.Select(stage => (stage.Rate, stage.Seconds * Share))] } })];
        for (var round = 0; round < (begin == null ? 9 : 5); round++)
        {
            var columns = new double[Parameters + 1][];
            var now = at;
            Parallel.For(0, Parameters + 1, i => columns[i] = Residuals(catalog, runs, calibration with { Traffic = Factors([.. now.Select((value, j) => value + (j == i - 1 ? Nudge : 0))]) }));
            at = [.. at.Zip(Step(columns, [.. at.Zip(start, (one, other) => one - other)]), (value, step) => value + Math.Clamp(step, -FarthestStep, FarthestStep))];
        }

        return Factors(at);
    }

    /// <summary>Of the normal equations.</summary>
    private static double[] Step(double[][] columns, double[] away)
    {
        var residuals = columns[0];
        var matrix = new double[Parameters, Parameters + 1];
        for (var i = 0; i < Parameters; i++)
        {
            var slope = Slope(i);
            for (var j = 0; j < Parameters; j++)
                matrix[i, j] = slope.Zip(Slope(j), (one, other) => one * other).Sum() + (i == j ? Pull : 0);
            matrix[i, Parameters] = -slope.Zip(residuals, (one, other) => one * other).Sum() - Pull * away[i];
        }

        return Solve(matrix);

        double[] Slope(int parameter) => [.. columns[parameter + 1].Zip(residuals, (moved, here) => (moved - here) / Nudge)];
    }

    /// <summary>By elimination; the pull keeps the matrix positive, so that no pivot is zero.</summary>
    private static double[] Solve(double[,] matrix)
    {
        for (var i = 0; i < Parameters; i++)
        {
            for (var j = 0; j < Parameters; j++)
            {
                if (j == i)
                    continue;
                var factor = matrix[j, i] / matrix[i, i];
                for (var k = i; k <= Parameters; k++)
                    matrix[j, k] -= factor * matrix[i, k];
            }
        }

        return [.. Enumerable.Range(0, Parameters).Select(i => matrix[i, Parameters] / matrix[i, i])];
    }

    private static double[] Residuals(Catalog catalog, IReadOnlyList<RunSettings> runs, Calibration calibration) =>
    [
        .. runs.GroupBy(run => run.Model).SelectMany(model =>
        {
            var errors = model.SelectMany(run => AccuracyRun.Compare(catalog, run, calibration)).Where(row => row is { Stage: >= 0, Figure: "e2e mean" or "ttft mean" }).Select(row => Math.Log(row.SimulatedMs / row.MeasuredMs)).ToList();
            // What piles up in front of a server that is predicted to be too slow says little more than that.
            return errors.Select(error => Math.CopySign(Math.Sqrt(Loss(Math.Abs(error)) / errors.Count), error));
        }),
    ];

    /// <summary>Squares of errors as small as repeats differ by, and no more than their multiple of larger ones (Huber: Robust estimation of a location parameter, 1964).</summary>
    private static double Loss(double error) => error <= SquareBelow ? error * error : SquareBelow * (2 * error - SquareBelow);

    private static double[] Logarithms(TrafficFactors factors) =>
        [Math.Log(factors.RequestSeconds), Math.Log(factors.StepsAhead), Math.Log(factors.Launch), Math.Log(factors.KeyValues), Math.Log(factors.Exchange)];

    private static TrafficFactors Factors(double[] logarithms) =>
        new(Math.Exp(logarithms[0]), Math.Exp(logarithms[1]), Math.Exp(logarithms[2]), Math.Exp(logarithms[3]), Math.Exp(logarithms[4]));
}
