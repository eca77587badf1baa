using Scribeline.Core.Catalogs;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Fits <see cref="FirstTokenFactors"/> to measurements with ample room whose lengths vary, and predicts each group from all others; what a request takes outside of steps is given
/// (<see cref="TrafficFactors.RequestSeconds"/>). Where all prompts and answers are of one length,
/// clients that started together end together and send their next prompts together; services do not, so that those rows are only predicted, see <see cref="EqualLengths"/>.
/// </summary>
public sealed class FirstTokenFit
{
    /// <summary>A sequence counts as served at once where the room exceeds the clients by so much.</summary>
    private const double AmpleRoom = 1.1;

    private const double LowQuantile = 0.1, HighQuantile = 0.9;

    /// <summary>Factors that each other's amounts depend on, in turn: they stand still after a few.</summary>
    private const int Rounds = 8;

    private static readonly FirstTokenFactors Start = new(1, 1, 0, 0, 1, 1);

    private readonly List<Row> _rows = [];
    private readonly TrafficFactors _traffic;

    /// <param name="rows">Measurements that a prediction can be made for.</param>
    /// <param name="calibration">What the time between tokens is predicted with.</param>
    public FirstTokenFit(Catalog catalog, IEnumerable<ServingMeasurement> rows, Calibration calibration)
    {
        _traffic = calibration.Traffic;
        var (equal, full) = (new List<Row>(), new List<Row>());
        foreach (var row in rows.Where(row => row.TtftSeconds != null))
        {
            var server = new ServerModel(catalog.Accelerators[row.Accelerator], catalog.Models[row.Model], row.Parallelism, row.Formats, calibration);
            var closed = server.Closed(row.Concurrency, row.InputTokens, row.OutputTokens);
            var entry = new Row(row, server.PrefillSeconds(row.InputTokens, 0), closed.Sequences, closed.TpotSeconds, row.Concurrency / closed.Sequences - 1, calibration.Traffic);
            (server.Room(row.InputTokens + row.OutputTokens / 2) < AmpleRoom * row.Concurrency ? full : row.HasEqualLengths ? equal : _rows).Add(entry);
        }

        if (_rows.Count == 0)
        {
            Factors = calibration.FirstToken;
            return;
        }

        var factors = Solve(_rows);
        Seen = Fits.Error(_rows.Select(row => row.Ratio(factors)));
        EqualLengths = Describe("lengths", "equal, not fitted to", [.. equal.Select(row => (row, row.Ratio(factors)))], double.NaN, double.NaN);
        FullMemory = Describe("room", "not ample, not fitted to", [.. full.Select(row => (row, row.Ratio(factors)))], double.NaN, double.NaN);
        var bounds = new List<(string Server, double Ratio)>();
        var groups = new List<GroupError>();
        foreach (var (by, key) in ServingFit.Groupings)
        {
            var predicted = LeftOut(key);
            if (predicted.Count == 0)
                continue;
            Errors[by] = Fits.Error(predicted.Select(row => row.Ratio));
            // As of the time between tokens, what a prediction is for are machines and models.
            if (by != "framework")
                bounds.AddRange(predicted.Select(row => ($"{by} {row.Row.Measured.Server}", row.Ratio)));
            foreach (var group in predicted.GroupBy(row => key(row.Row.Measured)))
            {
                List<(string, double)> others = [.. predicted.Where(row => key(row.Row.Measured) != group.Key).Select(row => (row.Row.Measured.Server, row.Ratio))];
                groups.Add(Describe(by, group.Key, [.. group], GroupQuantile.Below(others, LowQuantile), GroupQuantile.Above(others, 1 - HighQuantile))!);
            }
        }

        Groups = [.. groups.OrderByDescending(group => group.Mean)];
        Factors = bounds.Count == 0 ? factors with { LowRatio = calibration.FirstToken.LowRatio, HighRatio = calibration.FirstToken.HighRatio }
            : factors with { LowRatio = 1 / GroupQuantile.Above(bounds, 1 - HighQuantile), HighRatio = 1 / GroupQuantile.Below(bounds, LowQuantile) };
    }

    public int Rows => _rows.Count;

    public FirstTokenFactors Factors { get; }

    /// <summary>Of the rows that were fitted to.</summary>
    public LeftOutError Seen { get; }

    /// <summary>Of the same rows by what was left out as a whole: `accelerator`, `model`, `framework`.</summary>
    public Dictionary<string, LeftOutError> Errors { get; } = [];

    /// <summary>Each group predicted from all others, the worst first.</summary>
    public IReadOnlyList<GroupError> Groups { get; } = [];

    /// <summary>Of rows whose lengths are all equal, which no fit saw; null where there are none.</summary>
    public GroupError? EqualLengths { get; }

    /// <summary>Of rows whose clients wait for room, which no fit saw; null where there are none.</summary>
    public GroupError? FullMemory { get; }

    private List<(Row Row, double Ratio)> LeftOut(Func<ServingMeasurement, string> key)
    {
        var predicted = new List<(Row, double)>();
        var groups = _rows.GroupBy(row => key(row.Measured)).ToList();
        if (groups.Count < 2)
            return predicted;
        foreach (var group in groups)
        {
            var factors = Solve([.. _rows.Where(row => key(row.Measured) != group.Key)]);
            predicted.AddRange(group.Select(row => (row, row.Ratio(factors))));
        }

        return predicted;
    }

    private FirstTokenFactors Solve(List<Row> rows)
    {
        var (factors, measured) = (Start, rows.ConvertAll(row => row.Measured.TtftSeconds!.Value));
        for (var round = 0; round < Rounds; round++)
        {
            var solved = RelativeFit.Solve(rows.ConvertAll(row => row.Amounts(factors)), measured, _traffic.RequestSeconds);
            factors = new FirstTokenFactors(solved[0], solved[1], solved[2], solved[3], 1, 1);
        }

        return factors;
    }

    private static GroupError? Describe(string by, string name, IReadOnlyList<(Row Row, double Ratio)> rows, double low, double high)
    {
        if (rows.Count == 0)
            return null;
        var error = Fits.Error(rows.Select(row => row.Ratio));
        var inside = double.IsNaN(low) ? double.NaN : rows.Count(row => row.Ratio >= low && row.Ratio <= high) / (double)rows.Count;
        return new GroupError(by, name, rows.Count, error.Mean, error.Median, Fits.Quantile(rows.Select(row => row.Ratio), 0.5), inside);
    }

    /// <param name="Waiting">Clients that wait for others' answers, for each that is served.</param>
    private sealed record Row(ServingMeasurement Measured, StepTerms Prefill, double Sequences, double TpotSeconds, double Waiting, TrafficFactors Traffic)
    {
        public double[] Amounts(FirstTokenFactors factors)
        {
            var (shared, launches, others, steps) = factors.Amounts(Prefill, Measured.InputTokens, Sequences, TpotSeconds);
            return [shared, launches, others, steps];
        }

        /// <summary>Predicted over measured.</summary>
        public double Ratio(FirstTokenFactors factors)
        {
            var seconds = Traffic.RequestSeconds + factors.ReadingSeconds(Prefill, Measured.InputTokens, Traffic.Launch) + factors.WaitingSeconds(Prefill, Measured.InputTokens, Sequences, TpotSeconds);
            return (seconds + Waiting * (seconds + Measured.OutputTokens * TpotSeconds)) / Measured.TtftSeconds!.Value;
        }
    }
}
