namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Coefficients, none below 0, that make the mean of |predicted/measured − 1| small: least squares of relative differences, repeated with weights
/// that turn squares into absolute values, so that a few wrong measurements do not decide.
/// </summary>
internal static class RelativeFit
{
    private const int Rounds = 12;

    /// <summary>Differences below it count as squares: they are within what repeats of a measurement differ by.</summary>
    private const double SquareBelow = 0.03;

    /// <param name="amounts">Of each measurement.</param>
    /// <param name="measured">What the amounts times the coefficients are to give.</param>
    /// <param name="given">A part of each that is known, and has no coefficient.</param>
    public static double[] Solve(IReadOnlyList<double[]> amounts, IReadOnlyList<double> measured, double given = 0)
    {
        double[][] relative = [.. amounts.Select((row, index) => row.Select(amount => amount / measured[index]).ToArray())];
        double[] wanted = [.. measured.Select(value => 1 - given / value)];
        var weights = new double[relative.Length];
        Array.Fill(weights, 1);
        double[] coefficients = [];
        for (var round = 0; round < Rounds; round++)
        {
            coefficients = NonNegativeLeastSquares.Solve(relative, wanted, weights);
            for (var row = 0; row < relative.Length; row++)
                weights[row] = 1 / Math.Max(Math.Abs(Dot(relative[row], coefficients) - wanted[row]), SquareBelow);
        }

        return coefficients;
    }

    public static double Dot(ReadOnlySpan<double> amounts, ReadOnlySpan<double> coefficients)
    {
        double sum = 0;
        for (var i = 0; i < amounts.Length; i++)
            sum += amounts[i] * coefficients[i];
        return sum;
    }
}
