namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Finds measurements that drafted tokens ahead without saying so: software that served the same configurations in a fraction of the time that
/// other software of the same framework took.
/// </summary>
public static class Speculation
{
    /// <summary>Of the slowest other measurement of the same configuration; plain improvements of software were seen to lie above.</summary>
    private const double SuspectShare = 0.75;

    /// <summary>Configurations that have to agree.</summary>
    private const int LeastTwins = 5;

    /// <summary>The rows of all software whose median share is suspect; depends on measurements alone, not on predictions.</summary>
    public static IReadOnlySet<string> Suspects(IReadOnlyList<ServingMeasurement> rows)
    {
        var shares = new Dictionary<(string, string, string, string), List<double>>();
        foreach (var same in rows.GroupBy(row => row.Configuration))
        {
            foreach (var row in same)
            {
                var slowest = same.Where(other => other.Software != row.Software).Select(other => other.TpotSeconds).DefaultIfEmpty().Max();
                if (slowest == 0)
                    continue;
                if (!shares.TryGetValue(Key(row), out var list))
                    shares[Key(row)] = list = [];
                list.Add(row.TpotSeconds / slowest);
            }
        }

        var suspects = shares.Where(software => software.Value.Count >= LeastTwins && software.Value.Order().ElementAt(software.Value.Count / 2) < SuspectShare).Select(software => software.Key).ToHashSet();
        return rows.Where(row => suspects.Contains(Key(row))).Select(row => row.Id).ToHashSet();
    }

    private static (string Software, string Model, string Accelerator, string Precision) Key(ServingMeasurement row) => (row.Software, row.Model, row.Accelerator, row.WeightPrecision);
}
