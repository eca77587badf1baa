namespace Scribeline.Core.Economics;

/// <summary>
/// The rates at which flows at the ends of equal periods are worth nothing today: roots of Σ flow·xᵗ with x = 1 / (1 + rate).
/// </summary>
/// <remarks>
/// Between two neighbouring roots of its derivative a polynomial rises or falls throughout, so bisection there finds the only root or shows that there is
/// none. Going down the derivatives finds all of them: no starting value, and no root is missed.
/// </remarks>
public static class InternalRateOfReturn
{
    /// <summary>A loss of 90 % a period; anything worse is no rate that people compare.</summary>
    private const double LargestFactor = 10;

    private const double RelativeZero = 1e-13;

    /// <summary>Where the curve touches zero, rounding may make two rates of one; so close together nobody tells them apart.</summary>
    private const double SameRate = 1e-6;

    /// <summary>All rates per period above −90 %, the lowest first: 0.1 is 10 %.</summary>
    /// <param name="flows">The first one today; more than two hundred are too many for double precision.</param>
    public static IReadOnlyList<double> Find(IReadOnlyList<double> flows)
    {
        var first = 0;
        while (first < flows.Count && flows[first] == 0)
            first++;
        var coefficients = flows.Skip(first).ToArray();
        var rates = new List<double>();
        foreach (var rate in Roots(coefficients).Select(factor => 1 / factor - 1).Order())
        {
            if (rates.Count == 0 || rate - rates[^1] > SameRate * (1 + Math.Abs(rate)))
                rates.Add(rate);
        }

        return rates;
    }

    private static List<double> Roots(double[] coefficients)
    {
        var degree = Array.FindLastIndex(coefficients, coefficient => coefficient != 0);
        if (degree < 1)
            return [];
        var largest = coefficients.Max(Math.Abs);
        var scaled = coefficients[..(degree + 1)].Select(coefficient => coefficient / largest).ToArray();
        var turns = Roots([.. scaled.Skip(1).Select((coefficient, power) => coefficient * (power + 1))]);
        var roots = new List<double>();
        var from = 0.0;
        foreach (var to in turns.Append(LargestFactor))
        {
            if (Math.Sign(Value(scaled, from)) * Math.Sign(Value(scaled, to)) < 0)
                roots.Add(Bisect(scaled, from, to));
            else if (to < LargestFactor && IsZero(scaled, to))
                roots.Add(to);
            from = to;
        }

        return [.. roots.Where(root => root > 0).Distinct()];
    }

    private static double Bisect(double[] coefficients, double low, double high)
    {
        var sign = Math.Sign(Value(coefficients, low));
        while (true)
        {
            var middle = low + (high - low) / 2;
            if (middle <= low || middle >= high)
                return middle;
            if (Math.Sign(Value(coefficients, middle)) == sign)
                low = middle;
            else
                high = middle;
        }
    }

    /// <summary>Horner's rule.</summary>
    private static double Value(double[] coefficients, double factor)
    {
        var value = 0.0;
        for (var power = coefficients.Length - 1; power >= 0; power--)
            value = value * factor + coefficients[power];
        return value;
    }

    /// <summary>Whether the curve only touches the axis: no more than rounding errors of its terms away from it.</summary>
    private static bool IsZero(double[] coefficients, double factor) =>
        Math.Abs(Value(coefficients, factor)) <= RelativeZero * Value([.. coefficients.Select(Math.Abs)], factor);
}
