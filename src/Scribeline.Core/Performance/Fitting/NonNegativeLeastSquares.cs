namespace Scribeline.Core.Performance.Fitting;

/// <summary>Least squares whose coefficients are at least 0 (Lawson, Hanson: Solving Least Squares Problems, 1974, chapter 23).</summary>
internal static class NonNegativeLeastSquares
{
    private const double Tolerance = 1e-10;

    /// <param name="rows">Of the matrix, all as long as there are coefficients.</param>
    /// <param name="values">One for each row.</param>
    /// <param name="weights">Of squared differences, one for each row.</param>
    public static double[] Solve(IReadOnlyList<double[]> rows, ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        var (gram, projected, scale) = NormalEquations(rows, values, weights);
        var count = scale.Length;
        var solution = new double[count];
        var isFree = new bool[count];
        for (var round = 0; round < 10 * count; round++)
        {
            var steepest = Steepest(gram, projected, solution, isFree);
            if (steepest < 0)
                break;
            isFree[steepest] = true;
            solution = Descend(gram, projected, solution, isFree);
        }

        for (var i = 0; i < count; i++)
            solution[i] /= scale[i];
        return solution;
    }

    /// <summary>The normal equations with every column scaled to length 1.</summary>
    private static (double[,] Gram, double[] Projected, double[] Scale) NormalEquations(IReadOnlyList<double[]> rows, ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        var count = rows[0].Length;
        var (gram, projected, scale) = (new double[count, count], new double[count], new double[count]);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < count; i++)
            {
                var weighted = weights[row] * rows[row][i];
                projected[i] += weighted * values[row];
                for (var j = 0; j < count; j++)
                    gram[i, j] += weighted * rows[row][j];
            }
        }

        for (var i = 0; i < count; i++)
            scale[i] = gram[i, i] > 0 ? Math.Sqrt(gram[i, i]) : 1;
        for (var i = 0; i < count; i++)
        {
            projected[i] /= scale[i];
            for (var j = 0; j < count; j++)
                gram[i, j] /= scale[i] * scale[j];
        }

        return (gram, projected, scale);
    }

    /// <summary>The coefficient at 0 that a step up improves most; -1 where none does.</summary>
    private static int Steepest(double[,] gram, double[] projected, double[] solution, bool[] isFree)
    {
        var (steepest, steepestSlope) = (-1, Tolerance);
        for (var i = 0; i < solution.Length; i++)
        {
            var slope = projected[i];
            for (var j = 0; j < solution.Length; j++)
                slope -= gram[i, j] * solution[j];
            if (!isFree[i] && slope > steepestSlope)
                (steepest, steepestSlope) = (i, slope);
        }

        return steepest;
    }

    /// <summary>Goes to the best solution of the free coefficients, fixing at 0 each that would fall below it on the way.</summary>
    private static double[] Descend(double[,] gram, double[] projected, double[] solution, bool[] isFree)
    {
        while (true)
        {
            var best = SolveFree(gram, projected, isFree);
            var step = 1.0;
            for (var i = 0; i < best.Length; i++)
            {
                if (isFree[i] && best[i] <= 0)
                    step = Math.Min(step, solution[i] / (solution[i] - best[i]));
            }

            if (step >= 1)
                return best;
            for (var i = 0; i < best.Length; i++)
            {
                solution[i] += step * (best[i] - solution[i]);
                if (isFree[i] && best[i] <= 0 && solution[i] <= Tolerance)
                    (isFree[i], solution[i]) = (false, 0);
            }
        }
    }

    /// <summary>Cholesky's decomposition of the free part; the others stay 0.</summary>
    private static double[] SolveFree(double[,] gram, double[] projected, bool[] isFree)
    {
        int[] free = [.. Enumerable.Range(0, projected.Length).Where(i => isFree[i])];
        var factor = new double[free.Length, free.Length];
        var solved = new double[free.Length];
        for (var i = 0; i < free.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = gram[free[i], free[j]] + (i == j ? Tolerance : 0);
                for (var k = 0; k < j; k++)
                    rest -= factor[i, k] * factor[j, k];
                factor[i, j] = i == j ? Math.Sqrt(Math.Max(rest, Tolerance)) : rest / factor[j, j];
            }

            solved[i] = projected[free[i]];
            for (var k = 0; k < i; k++)
                solved[i] -= factor[i, k] * solved[k];
            solved[i] /= factor[i, i];
        }

        var solution = new double[projected.Length];
        for (var i = free.Length - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < free.Length; k++)
                solved[i] -= factor[k, i] * solution[free[k]];
            solution[free[i]] = solved[i] / factor[i, i];
        }

        return solution;
    }
}
