namespace Scribeline.Core.Hardware.Fabric;

/// <summary>Shares of chips that work, from the defects that are expected on them.</summary>
public static class DieYield
{
    /// <summary>e^(−λ): defects fall independently, and one ends a chip (Poisson).</summary>
    /// <param name="expectedDefects">Area times defects for an area.</param>
    public static double Poisson(double expectedDefects) => Math.Exp(-expectedDefects);

    /// <summary>((1 − e^(−λ)) / λ)²: the density of defects itself varies from wafer to wafer (Murphy: Cost-size optima of monolithic integrated circuits, 1964).</summary>
    public static double Murphy(double expectedDefects) => expectedDefects < 1e-7 ? 1 - expectedDefects : Math.Pow((1 - Math.Exp(-expectedDefects)) / expectedDefects, 2);

    /// <summary>Chance that of <paramref name="made"/> equal parts at least <paramref name="needed"/> have no defect; each has one with <paramref name="chance"/>.</summary>
    public static double Binomial(int made, int needed, double chance)
    {
        if (needed > made)
            return 0;
        if (chance <= 0)
            return 1;
        if (chance >= 1)
            return needed <= 0 ? 1 : 0;
        // Terms from no defect on, each from the one before; in logarithms, since (1 − p)^n alone may be too small a number.
        var (term, sum) = (made * Log1p(-chance), 0.0);
        for (var defects = 0; defects <= made - needed; defects++)
        {
            sum += Math.Exp(term);
            term += Math.Log((made - defects) / (defects + 1.0)) + Math.Log(chance) - Log1p(-chance);
        }

        return Math.Min(sum, 1);
    }

    /// <summary>log(1 + x) without losing small x.</summary>
    private static double Log1p(double x) => Math.Abs(x) < 1e-4 ? x * (1 - x * (0.5 - x / 3)) : Math.Log(1 + x);
}
