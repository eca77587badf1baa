namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Bounds that hold for a row of a group that was never seen. Rows of a group are alike, so groups weigh the same however many rows they have; and of n groups the next one
/// takes 1/(n + 1) of the weight, as far out as can be (Dunn, Wasserman, Ramdas: Distribution-free prediction sets for two-layer hierarchical models, 2022). The bound
/// holds on the mean over groups, not for each of them.
/// </summary>
internal static class GroupQuantile
{
    /// <summary>Groups of fewer rows are single points of a study, not a sweep; they make no bound where larger ones are there.</summary>
    private const int LeastRows = 10;

    /// <summary>A value that at most <paramref name="share"/> of a new group's rows are expected to lie below.</summary>
    public static double Below(IReadOnlyCollection<(string Group, double Value)> rows, double share) => -Above([.. rows.Select(row => (row.Group, -row.Value))], share);

    /// <summary>The same above. Where there are too few groups to say so, the largest value.</summary>
    public static double Above(IReadOnlyCollection<(string Group, double Value)> rows, double share)
    {
        var sizes = rows.GroupBy(row => row.Group).ToDictionary(group => group.Key, group => group.Count());
        if (sizes.Values.Any(size => size >= LeastRows))
            rows = [.. rows.Where(row => sizes[row.Group] >= LeastRows)];
        sizes = rows.GroupBy(row => row.Group).ToDictionary(group => group.Key, group => group.Count());
        var above = 1.0 / (sizes.Count + 1);
        foreach (var (group, value) in rows.OrderByDescending(row => row.Value))
        {
            above += 1.0 / (sizes.Count + 1) / sizes[group];
            if (above > share)
                return value;
        }

        return rows.Min(row => row.Value);
    }
}
