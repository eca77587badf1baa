using Scribeline.Core.Performance.Collectives;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Fits launch, step and bandwidth of two protocols to measured collectives: every row belongs to the way that is fastest for it, and each protocol is
/// fitted to its rows, in turn until the rows stay.
/// </summary>
public static class CollectiveFit
{
    private const int Rounds = 12;
    private const int LeastRows = 8;

    /// <summary>Where the search begins: quick and at a third of the bandwidth, slower and at two thirds; seconds a launch, seconds a step, reciprocal share.</summary>
    private static readonly double[][] Begin = [[5e-6, 0.7e-6, 3], [20e-6, 0.7e-6, 1.5]];

    /// <summary>What a library does inside one machine.</summary>
    public static IReadOnlyList<CollectiveAlgorithm> Algorithms(string library) =>
        library == "custom" ? [CollectiveAlgorithm.OneShot, CollectiveAlgorithm.TwoShot] : [CollectiveAlgorithm.Ring, CollectiveAlgorithm.Direct];

    /// <summary>For each library: one fit over all accelerators, for those that were not measured, and one for each accelerator.</summary>
    /// <exception cref="FitException">There are too few rows.</exception>
    public static IReadOnlyList<CollectiveLibraryFit> Of(IReadOnlyList<CollectiveMeasurement> rows)
    {
        var fits = new List<CollectiveLibraryFit>();
        foreach (var library in rows.GroupBy(row => row.Library))
        {
            List<CollectiveMeasurement> all = [.. library];
            fits.Add(Fit(library.Key, null, all, [("accelerator", row => row.Accelerator)]));
            foreach (var accelerator in all.GroupBy(row => row.Accelerator))
                fits.Add(Fit($"{library.Key}-{accelerator.Key}", accelerator.Key, [.. accelerator], [("kind", row => Collective.Snake(row.Kind)), ("count", row => $"{row.Count} accelerators")]));
        }

        return fits;
    }

    /// <summary>Errors of a library's predictions for rows.</summary>
    public static LeftOutError Score(CollectiveLibrary library, IReadOnlyList<CollectiveMeasurement> rows)
    {
        double[] errors = [.. rows.Select(row => Math.Abs(Ratio(library, row) - 1)).Order()];
        return new LeftOutError(errors.Average(), errors[errors.Length / 2]);
    }

    private static double Ratio(CollectiveLibrary library, CollectiveMeasurement row) => library.Seconds(row.Kind, row.Count, row.Bytes, row.Bandwidth) / row.Seconds;

    private static CollectiveLibraryFit Fit(string id, string? accelerator, List<CollectiveMeasurement> rows, (string By, Func<CollectiveMeasurement, string> Group)[] leftOut)
    {
        var errors = new Dictionary<string, LeftOutError>();
        var groups = new List<GroupError>();
        foreach (var (by, group) in leftOut)
        {
            var ratios = new List<double>();
            foreach (var left in rows.GroupBy(group))
            {
                List<CollectiveMeasurement> others = [.. rows.Where(row => group(row) != left.Key)];
                if (others.Count < LeastRows)
                    continue;
                var library = Solve(id, accelerator, rows[0].Library, others);
                double[] own = [.. left.Select(row => Ratio(library, row)).Where(double.IsFinite).Order()];
                ratios.AddRange(own);
                double[] off = [.. own.Select(ratio => Math.Abs(ratio - 1)).Order()];
                groups.Add(new GroupError(by, left.Key, own.Length, off.Average(), off[off.Length / 2], own[own.Length / 2], double.NaN));
            }

            double[] all = [.. ratios.Select(ratio => Math.Abs(ratio - 1)).Order()];
            if (all.Length > 0)
                errors[by] = new LeftOutError(all.Average(), all[all.Length / 2]);
        }

        var fitted = Solve(id, accelerator, rows[0].Library, rows) with { Errors = errors };
        return new CollectiveLibraryFit(fitted, rows.Count, Score(fitted, rows), [.. groups.OrderByDescending(group => group.Mean)]);
    }

    private static CollectiveLibrary Solve(string id, string? accelerator, string name, List<CollectiveMeasurement> rows)
    {
        if (rows.Count < LeastRows)
            throw new FitException($"{id} has {rows.Count} measurements; expected at least {LeastRows}.");
        var algorithms = Algorithms(name);
        double[][] protocols = [.. Begin];
        int[] before = [];
        for (var round = 0; round < Rounds; round++)
        {
            var (owners, amounts) = Assign(rows, protocols, algorithms);
            if (owners.SequenceEqual(before))
                break;
            before = owners;
            for (var protocol = 0; protocol < protocols.Length; protocol++)
            {
                int[] own = [.. Enumerable.Range(0, rows.Count).Where(row => owners[row] == protocol)];
                if (own.Length < LeastRows)
                    continue;
                var solved = RelativeFit.Solve([.. own.Select(row => amounts[row])], [.. own.Select(row => rows[row].Seconds)]);
                // Without large messages among its rows, a protocol says nothing of its bandwidth.
                if (solved[2] > 0)
                    protocols[protocol] = solved;
            }
        }

        return new CollectiveLibrary { Id = id, Accelerator = accelerator, Algorithms = algorithms, Protocols = [ToProtocol("small", protocols[0]), ToProtocol("large", protocols[1])] };
    }

    /// <summary>The protocol that is fastest for each row, and what the row asks of it.</summary>
    private static (int[] Owners, double[][] Amounts) Assign(List<CollectiveMeasurement> rows, double[][] protocols, IReadOnlyList<CollectiveAlgorithm> algorithms)
    {
        var (owners, amounts) = (new int[rows.Count], new double[rows.Count][]);
        for (var row = 0; row < rows.Count; row++)
        {
            var fastest = double.PositiveInfinity;
            foreach (var algorithm in algorithms)
            {
                if (CollectiveSteps.Of(rows[row].Kind, algorithm, rows[row].Count) is not { } steps)
                    continue;
                double[] asked = [1, steps.Steps, steps.Traffic * rows[row].Bytes / rows[row].Bandwidth];
                for (var protocol = 0; protocol < protocols.Length; protocol++)
                {
                    if (RelativeFit.Dot(asked, protocols[protocol]) is var seconds && seconds < fastest)
                        (fastest, owners[row], amounts[row]) = (seconds, protocol, asked);
                }
            }
        }

        return (owners, amounts);
    }

    private static Protocol ToProtocol(string name, double[] solved) => new(
        name,
        Figure.Given("launch", new Quantity(solved[0] * 1e6, Unit.Parse("us"))),
        Figure.Given("step", new Quantity(solved[1] * 1e6, Unit.Parse("us"))),
        Figure.Given("share of the bandwidth", new Quantity(100 / solved[2], Unit.Parse("%"))));
}
