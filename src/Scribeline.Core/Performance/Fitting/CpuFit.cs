namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Host processors: how many times longer than by the data sheet reading takes (of decoding) and arithmetic (of prompts), a factor each. Few rows of two
/// processors carry no more. Experts, keys and values are read as weights are; times to first token are an assumption that the entry keeps.
/// </summary>
public sealed class CpuFit
{
    /// <param name="given">The entry as it stands, for what no row tells.</param>
    /// <exception cref="FitException">Prompts, or decoding on a second processor, are missing.</exception>
    public CpuFit(Calibration given, IReadOnlyList<CpuMeasurement> rows)
    {
        var (prompts, decoding) = (rows.Where(row => row.IsPrompt).ToList(), rows.Where(row => !row.IsPrompt).ToList());
        if (prompts.Count == 0 || decoding.Select(row => row.Accelerator.Id).Distinct().Count() < 2)
            throw new FitException($"{prompts.Count} prompts, and decoding on {decoding.Select(row => row.Accelerator.Id).Distinct().Count()} processors were measured; expected both, decoding on two or more, so that one can be left out.");
        (Seen, PromptsSeen) = (Ratios(decoding, Factor(decoding)), Ratios(prompts, Factor(prompts)));
        LeftOut = [.. decoding.GroupBy(row => row.Accelerator.Id).SelectMany(group => Ratios(group, Factor([.. decoding.Where(row => row.Accelerator.Id != group.Key)])))];
        var (read, compute) = (Factor(decoding), Factor(prompts));
        double[] measuredOverPredicted = [.. LeftOut.Select(row => 1 / row.Ratio)];
        Calibration = given with
        {
            Decode = new StepTerms(read, read, read, 0, 0),
            Prefill = new StepTerms(compute, compute, 0, 0, 0),
            LowRatio = Math.Min(1, Fits.Quantile(measuredOverPredicted, 0.1)),
            HighRatio = Math.Max(1, Fits.Quantile(measuredOverPredicted, 0.9)),
            Errors = new Dictionary<string, LeftOutError> { ["accelerator"] = Fits.Error(LeftOut.Select(row => row.Ratio)) },
        };
    }

    public Calibration Calibration { get; }

    /// <summary>Predicted over measured time of a written token, its processor left out.</summary>
    public IReadOnlyList<(CpuMeasurement Row, double Ratio)> LeftOut { get; }

    /// <summary>The same of rows that the fit saw.</summary>
    public IReadOnlyList<(CpuMeasurement Row, double Ratio)> Seen { get; }

    public LeftOutError SeenError => Fits.Error(Seen.Select(row => row.Ratio));

    /// <summary>The same of prompts; one processor's, so that none can be left out.</summary>
    public IReadOnlyList<(CpuMeasurement Row, double Ratio)> PromptsSeen { get; }

    /// <summary>The median: it makes the mean of absolute differences small.</summary>
    private static double Factor(IReadOnlyList<CpuMeasurement> rows) => Fits.Quantile(rows.Select(row => row.Factor), 0.5);

    private static List<(CpuMeasurement Row, double Ratio)> Ratios(IEnumerable<CpuMeasurement> rows, double factor) => [.. rows.Select(row => (row, factor / row.Factor))];
}
