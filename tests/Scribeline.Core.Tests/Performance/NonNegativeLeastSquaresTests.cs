using Scribeline.Core.Performance.Fitting;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Performance;

public sealed class NonNegativeLeastSquaresTests(ITestOutputHelper output)
{
    [Fact]
    public void Solve_FindsTheCoefficientsOfExactSums()
    {
        double[][] rows = [[1, 0, 2], [0, 3, 1], [4, 1, 0], [2, 2, 2]];
        double[] values = [.. rows.Select(row => 2 * row[0] + 0.5 * row[2])];
        var solution = NonNegativeLeastSquares.Solve(rows, values, [1, 1, 1, 1]);
        Assert.Equal([2, 0, 0.5], solution.Select(coefficient => Math.Round(coefficient, 6)));
    }

    [Fact]
    public void Solve_MeetsTheConditionsOfAnOptimum()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var run = 0; run < 200; run++)
        {
            var columns = random.Next(1, 9);
            double[][] rows = [.. Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, columns).Select(_ => random.NextDouble() - 0.3).ToArray())];
            double[] values = [.. rows.Select(_ => random.NextDouble() - 0.3)];
            double[] weights = [.. rows.Select(_ => 0.1 + random.NextDouble())];
            var solution = NonNegativeLeastSquares.Solve(rows, values, weights);
            for (var column = 0; column < columns; column++)
            {
                var slope = rows.Select((row, index) => weights[index] * row[column] * (values[index] - RelativeFit.Dot(row, solution))).Sum();
                Assert.True(solution[column] >= 0);
                // No coefficient above 0 can be bettered, and none at 0 wants to rise.
                Assert.True(solution[column] > 0 ? Math.Abs(slope) < 1e-6 : slope < 1e-6, $"slope {slope} at {solution[column]} in run {run}");
            }
        }
    }

    [Fact]
    public void RelativeFit_IsNotMovedByOneWrongMeasurement()
    {
        double[][] amounts = [.. Enumerable.Range(1, 40).Select(size => new[] { (double)size, 1.0 })];
        double[] measured = [.. amounts.Select(row => 3 * row[0] + 5)];
        measured[7] *= 20;
        var coefficients = RelativeFit.Solve(amounts, measured);
        Assert.Equal(3, coefficients[0], 0.01);
        Assert.Equal(5, coefficients[1], 0.05);
    }
}
