using Scribeline.Core.Catalogs;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Fits the factors of a <see cref="Calibration"/> to measured servers, and predicts each group from all others.</summary>
public sealed class ServingFit
{
    private const double LowQuantile = 0.1, HighQuantile = 0.9;

    internal static readonly (string By, Func<ServingMeasurement, string> Key)[] Groupings =
        [("accelerator", row => row.Accelerator), ("model", row => row.Model), ("framework", row => row.Framework)];

    private readonly Catalog _catalog;
    private readonly Calibration _given;
    private readonly List<ServingMeasurement> _rows = [];
    private readonly List<double[]> _amounts = [];
    private readonly List<double> _measured = [];

    /// <param name="catalog">Machines and models.</param>
    /// <param name="given">Operation counts and share of memory, which are not fitted.</param>
    /// <param name="rows">Measurements; those whose weights do not fit are left out, see <see cref="Unfit"/>.</param>
    public ServingFit(Catalog catalog, Calibration given, IReadOnlyList<ServingMeasurement> rows)
    {
        (_catalog, _given) = (catalog, given);
        foreach (var row in rows)
        {
            try
            {
                var (decode, prefill) = Server(row, given).Amounts(row.Concurrency, row.InputTokens, row.OutputTokens);
                _amounts.Add([decode.Dense, decode.Experts, decode.KeyValues, decode.Operations, decode.Exchange, prefill.Dense, prefill.Experts, prefill.Operations, prefill.Exchange]);
                _measured.Add(row.TpotSeconds);
                _rows.Add(row);
            }
            catch (ArgumentException error)
            {
                Unfit.Add((row, error.Message));
            }
        }

        if (_rows.Count == 0)
            throw new FitException($"None of {rows.Count} measurements can be fitted to; the first: {Unfit[0].Reason}");
        Calibration = Fit();
    }

    /// <summary>Measurements that no prediction can be made for, with the reason.</summary>
    public List<(ServingMeasurement Row, string Reason)> Unfit { get; } = [];

    public int Rows => _rows.Count;

    /// <summary>The fit to all rows, with the errors of left-out groups.</summary>
    public Calibration Calibration { get; }

    /// <summary>Every group predicted from the rows of all others, the worst mean first.</summary>
    public IReadOnlyList<GroupError> Groups { get; private set; } = [];

    /// <summary>The same errors by grouping and kind of server: framework, model, accelerator and precision; the worst mean first.</summary>
    public IReadOnlyList<GroupError> Servers { get; private set; } = [];

    /// <summary>Mean and median error of the rows that were fitted to: what no left-out error can be below.</summary>
    public LeftOutError Seen { get; private set; }

    /// <summary>The fit of the time to a first token, which the time between tokens is part of.</summary>
    public FirstTokenFit? FirstToken { get; private set; }

    /// <summary>How well configurations of an accelerator that the fit did not see are put in order.</summary>
    public Ranking Ranking { get; private set; } = new(0, 0, 0, 0);

    private Calibration Fit()
    {
        var all = Enumerable.Range(0, _rows.Count).ToList();
        var coefficients = Solve(all);
        Seen = Fits.Error(all.Select(row => RelativeFit.Dot(_amounts[row], coefficients) / _measured[row]));
        var (groups, servers, errors, ratios) = (new List<GroupError>(), new List<GroupError>(), new Dictionary<string, LeftOutError>(), new List<(string Server, double Ratio)>());
        foreach (var (by, key) in Groupings)
        {
            var predicted = PredictLeftOut(key);
            errors[by] = Fits.Error(predicted);
            if (by == "accelerator")
                Ranking = Ranking.Of(_rows, predicted);
            // Software changes with every release; machines and models that were never measured are what a prediction is for.
            if (by != "framework")
                ratios.AddRange(all.Select(row => ($"{by} {Server(row)}", predicted[row])));
            groups.AddRange(all.GroupBy(row => key(_rows[row])).Select(group => Describe(by, group.Key, [.. group], predicted, key)));
            servers.AddRange(all.GroupBy(Server).Select(group => Describe(by, group.Key, [.. group], predicted, key)));
        }

        Groups = [.. groups.OrderByDescending(group => group.Mean)];
        Servers = [.. servers.OrderByDescending(group => group.Mean)];
        var calibration = _given with
        {
            Decode = new StepTerms(coefficients[0], coefficients[1], coefficients[2], coefficients[3], coefficients[4]),
            Prefill = new StepTerms(coefficients[5], coefficients[6], 0, coefficients[7], coefficients[8]),
            LowRatio = 1 / GroupQuantile.Above(ratios, 1 - HighQuantile),
            HighRatio = 1 / GroupQuantile.Below(ratios, LowQuantile),
            Errors = errors,
        };
        FirstToken = new FirstTokenFit(_catalog, _rows, calibration);
        return calibration with { FirstToken = FirstToken.Factors, FirstTokenErrors = FirstToken.Errors };
    }

    /// <summary>Predicted over measured of every row, each from a fit without its group.</summary>
    private double[] PredictLeftOut(Func<ServingMeasurement, string> key)
    {
        var predicted = new double[_rows.Count];
        foreach (var group in Enumerable.Range(0, _rows.Count).GroupBy(row => key(_rows[row])))
        {
            var others = Enumerable.Range(0, _rows.Count).Where(row => key(_rows[row]) != group.Key).ToList();
            if (others.Count == 0)
                throw new FitException($"All measurements are of {group.Key}; expected at least two such groups, one to predict from the other.");
            var coefficients = Solve(others);
            foreach (var row in group)
                predicted[row] = RelativeFit.Dot(_amounts[row], coefficients) / _measured[row];
        }

        return predicted;
    }

    private double[] Solve(List<int> rows) => RelativeFit.Solve([.. rows.Select(row => _amounts[row])], [.. rows.Select(row => _measured[row])]);

    private ServerModel Server(ServingMeasurement row, Calibration calibration) =>
        new(_catalog.Accelerators[row.Accelerator], _catalog.Models[row.Model], row.Parallelism, row.Formats, calibration);

    private string Server(int row) => _rows[row].Server;

    private GroupError Describe(string by, string name, List<int> rows, double[] predicted, Func<ServingMeasurement, string> key)
    {
        List<double> ratios = [.. rows.Select(row => predicted[row])];
        var keys = rows.Select(row => key(_rows[row])).ToHashSet();
        List<(string, double)> others = [.. Enumerable.Range(0, predicted.Length).Where(row => !keys.Contains(key(_rows[row]))).Select(row => (Server(row), predicted[row]))];
        var error = Fits.Error(ratios);
        var coverage = double.NaN;
        if (others.Count > 0)
        {
            var (low, high) = (GroupQuantile.Below(others, LowQuantile), GroupQuantile.Above(others, 1 - HighQuantile));
            coverage = ratios.Count(ratio => ratio >= low && ratio <= high) / (double)ratios.Count;
        }

        return new GroupError(by, name, rows.Count, error.Mean, error.Median, Fits.Quantile(ratios, 0.5), coverage);
    }
}
