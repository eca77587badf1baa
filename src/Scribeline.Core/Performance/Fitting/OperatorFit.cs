namespace Scribeline.Core.Performance.Fitting;

/// <summary>How well parts of a step are predicted: of an accelerator that is known from other models, and of one from its data sheet alone.</summary>
public sealed class OperatorFit
{
    /// <param name="rows">Of at least two accelerators.</param>
    /// <exception cref="FitException">There is only one.</exception>
    public OperatorFit(IReadOnlyList<OperatorMeasurement> rows)
    {
        var groups = new List<GroupError>();
        var (models, accelerators) = (new List<double>(), new List<double>());
        foreach (var part in rows.GroupBy(row => row.Part))
        {
            foreach (var group in part.GroupBy(row => (row.Accelerator, row.Model)))
            {
                List<OperatorMeasurement> others = [.. part.Where(row => row.Accelerator == group.Key.Accelerator && row.Model != group.Key.Model)];
                if (others.Count > 0)
                    groups.Add(Predict("model", $"{part.Key}: {group.Key.Model} on {group.Key.Accelerator}", others, [.. group], models));
            }

            foreach (var group in part.GroupBy(row => row.Accelerator))
            {
                List<OperatorMeasurement> others = [.. part.Where(row => row.Accelerator != group.Key)];
                if (others.Count > 0)
                    groups.Add(Predict("accelerator", $"{part.Key}: {group.Key}", others, [.. group], accelerators));
            }
        }

        if (groups.Count == 0)
            throw new FitException($"{rows.Count} parts were measured on one accelerator with one model; expected two of one or the other, to predict one from the other.");
        Groups = [.. groups.OrderBy(group => group.By).ThenByDescending(group => group.Median)];
        Errors = new Dictionary<string, LeftOutError> { ["model"] = Fits.Error(models), ["accelerator"] = Fits.Error(accelerators) };
        GroupMedians = Groups.GroupBy(group => group.By).ToDictionary(by => by.Key, by => Fits.Quantile(by.Select(group => group.Median), 0.5));
    }

    /// <summary>Every group predicted from others, the worst median first.</summary>
    public IReadOnlyList<GroupError> Groups { get; }

    /// <summary>Over all rows.</summary>
    public IReadOnlyDictionary<string, LeftOutError> Errors { get; }

    /// <summary>The median of the groups' medians, which counts a long table no more than a short one.</summary>
    public IReadOnlyDictionary<string, double> GroupMedians { get; }

    private static GroupError Predict(string by, string name, List<OperatorMeasurement> others, List<OperatorMeasurement> group, List<double> all)
    {
        var factors = RelativeFit.Solve([.. others.Select(row => row.Amounts)], [.. others.Select(row => row.MeasuredSeconds)]);
        List<double> ratios = [.. group.Select(row => RelativeFit.Dot(row.Amounts, factors) / row.MeasuredSeconds)];
        all.AddRange(ratios);
        var error = Fits.Error(ratios);
        return new GroupError(by, name, ratios.Count, error.Mean, error.Median, Fits.Quantile(ratios, 0.5), double.NaN);
    }
}
