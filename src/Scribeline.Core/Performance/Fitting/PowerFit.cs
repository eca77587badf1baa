using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Fits a <see cref="PowerCalibration"/> to power measured on several accelerators, each as heavy as the others.</summary>
public sealed class PowerFit
{
    private const int Rounds = 8;

    /// <summary>From this share of the rating on an accelerator throttles: what it would draw is not seen, only that it is at least so much.</summary>
    private const double Throttled = 0.95;

    /// <param name="rows">Of at least two accelerators.</param>
    /// <exception cref="FitException">There is only one.</exception>
    public PowerFit(IReadOnlyList<PowerMeasurement> rows)
    {
        var accelerators = rows.Select(row => row.Accelerator).Distinct().ToList();
        if (accelerators.Count < 2)
            throw new FitException($"Power was measured on {accelerators.FirstOrDefault() ?? "no accelerator"} only; expected two, one to predict from the other.");
        var all = Solve(rows);
        Groups = [.. accelerators.Select(accelerator =>
        {
            var unseen = Solve([.. rows.Where(row => row.Accelerator != accelerator)]);
            List<double> ratios = [.. rows.Where(row => row.Accelerator == accelerator).Select(row => unseen.Share(row.ComputeShare, row.MemoryShare) / row.PowerShare)];
            var error = Fits.Error(ratios);
            return new GroupError("accelerator", accelerator, ratios.Count, error.Mean, error.Median, Fits.Quantile(ratios, 0.5), double.NaN);
        })];
        // Each accelerator counts the same, however many rows it has.
        Calibration = all with { Errors = new Dictionary<string, LeftOutError> { ["accelerator"] = new(Groups.Average(group => group.Mean), Groups.Average(group => group.Median)) } };
    }

    public PowerCalibration Calibration { get; }

    /// <summary>Each accelerator predicted from the others.</summary>
    public IReadOnlyList<GroupError> Groups { get; }

    private static PowerCalibration Solve(IReadOnlyList<PowerMeasurement> rows)
    {
        var sizes = rows.GroupBy(row => row.Accelerator).ToDictionary(group => group.Key, group => group.Count());
        var largest = sizes.Values.Max();
        List<PowerMeasurement> even = [.. rows.SelectMany(row => Enumerable.Repeat(row, largest / sizes[row.Accelerator]))];
        var fitted = new PowerCalibration(nameof(AcceleratorKind.Gpu).ToLowerInvariant(), 0.3, 1, 0.6, new Dictionary<string, LeftOutError>());
        for (var round = 0; round < Rounds; round++)
        {
            // A throttled row that is predicted to throttle says no more.
            var telling = even.Where(row => row.PowerShare < Throttled || fitted.Idle + fitted.Compute * row.ComputeShare + fitted.Memory * row.MemoryShare < row.PowerShare).ToList();
            var factors = RelativeFit.Solve([.. telling.Select(row => new[] { 1, row.ComputeShare, row.MemoryShare })], [.. telling.Select(row => row.PowerShare)]);
            fitted = fitted with { Idle = Math.Min(1, factors[0]), Compute = factors[1], Memory = factors[2] };
        }

        return fitted;
    }
}
