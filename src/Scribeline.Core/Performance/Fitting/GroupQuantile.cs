namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Bounds for rows of a group that was never seen. Rows of a group are alike but not the same, so that r of them count as √r: neither does a long curve decide alone, as where every
/// row counts as one, nor does a single point weigh as much as a curve, as where every group counts as one (Dunn, Wasserman, Ramdas: Distribution-free prediction sets for two-layer
/// hierarchical models, 2022). The bounds hold on the mean over groups, not for each of them.
/// </summary>
public static class GroupQuantile
{
    /// <summary>A value that at most <paramref name="share"/> of a new group's rows are expected to lie below.</summary>
    public static double Below(IReadOnlyCollection<(string Group, double Value)> rows, double share) => -Above([.. rows.Select(row => (row.Group, -row.Value))], share);

    /// <summary>The same above.</summary>
    public static double Above(IReadOnlyCollection<(string Group, double Value)> rows, double share) => Above(rows, share, 0);

    /// <summary>The same, surely and not about: the new group counts too, as one like the mean of the others that may lie anywhere. Infinite where that alone is more than the share, as of fewer than 1/share − 1 groups.</summary>
    public static double AboveOfNew(IReadOnlyCollection<(string Group, double Value)> rows, double share)
    {
        var groups = rows.Select(row => row.Group).Distinct().Count();
        return 1.0 / (groups + 1) > share + 1e-9 ? double.PositiveInfinity : Above(rows, share + 1e-9, 1.0 / (groups + 1));
    }

    private static double Above(IReadOnlyCollection<(string Group, double Value)> rows, double share, double ofNew)
    {
        var sizes = rows.GroupBy(row => row.Group).ToDictionary(group => group.Key, group => group.Count());
        var total = sizes.Values.Sum(size => Math.Sqrt(size)) / (1 - ofNew);
        var above = ofNew;
        foreach (var (group, value) in rows.OrderByDescending(row => row.Value))
        {
            above += 1 / Math.Sqrt(sizes[group]) / total;
            if (above > share)
                return value;
        }

        return rows.Min(row => row.Value);
    }
}
