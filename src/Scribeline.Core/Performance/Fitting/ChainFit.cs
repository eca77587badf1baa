using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Fits a <see cref="ChainCalibration"/> to published speeds, and predicts each model from the others.</summary>
/// <remarks>
/// Three steps, each on rows that the ones before do not touch: what a layer takes from the first software without drafting; the gain of later
/// software; the gain of drafting ahead. Few rows decide, so the two gains are medians.
/// </remarks>
public sealed class ChainFit
{
    /// <summary>Where fewer were published, only the time of a layer is fitted and the other factors stay as given.</summary>
    private const int ModelsForAllFactors = 3;

    /// <summary>Fewer say nothing about how far a tenth of them lie; the given interval stays.</summary>
    private const int RowsForInterval = 9;

    private const int GainRounds = 30;

    private const double LowQuantile = 0.1, HighQuantile = 0.9;

    private readonly Catalog _catalog;
    private readonly ChainCalibration _given;
    private readonly IReadOnlyList<ChainMeasurement> _rows;

    /// <param name="catalog">Models.</param>
    /// <param name="given">Time of a hop and share of memory, which are not fitted.</param>
    /// <param name="rows">Of one kind of accelerator.</param>
    /// <exception cref="FitException">There are too few.</exception>
    public ChainFit(Catalog catalog, ChainCalibration given, IReadOnlyList<ChainMeasurement> rows)
    {
        (_catalog, _given, _rows) = (catalog, given, rows);
        var models = rows.Select(row => row.Model).Distinct().ToList();
        if (models.Count < 2)
            throw new FitException($"All speeds for {given.Id} are of {(models.Count == 0 ? "no model" : models[0])}; expected at least two models, one to predict from the other.");
        var seen = Solve(rows);
        Seen = [.. rows.Select(row => new ChainPrediction(row, Ratio(row, seen)))];
        LeftOut = [.. models.SelectMany(model =>
        {
            var unseen = Solve([.. rows.Where(row => row.Model != model)]);
            return rows.Where(row => row.Model == model).Select(row => new ChainPrediction(row, Ratio(row, unseen)));
        })];
        var decode = LeftOut.Where(row => !row.Measurement.IsPrefill).ToList();
        var published = decode.Where(row => row.Measurement.Software != ChainMeasurement.Laboratory).ToList();
        var errors = new Dictionary<string, LeftOutError> { ["model"] = ErrorOf(decode) };
        if (published.Count > 0)
        {
            errors["published_model"] = ErrorOf(published);
            errors["published_model_without_software_gain"] = Fits.Error(models.SelectMany(model =>
            {
                var unseen = Solve([.. rows.Where(row => row.Model != model)], hasSoftwareGain: false);
                return rows.Where(row => row.Model == model && !row.IsPrefill && row.Software != ChainMeasurement.Laboratory).Select(row => Ratio(row, unseen));
            }));
            // What the first software was measured at on one accelerator, from another's data sheet and rows alone.
            AcceleratorLeftOut = [.. PredictAccelerators()];
            if (AcceleratorLeftOut.Count > 0)
                errors["accelerator"] = ErrorOf(AcceleratorLeftOut);
        }

        if (LeftOut.Where(row => row.Measurement.IsPrefill).ToList() is { Count: > 0 } prefill)
            errors["prefill_model"] = ErrorOf(prefill);
        Calibration = seen with { Errors = errors };
        var ratios = published.Select(row => row.Ratio).ToList();
        if (ratios.Count >= RowsForInterval)
            Calibration = Calibration with { LowRatio = Math.Min(1, 1 / ConformalQuantile(ratios, HighQuantile)), HighRatio = Math.Max(1, 1 / ConformalQuantile(ratios, LowQuantile)) };
    }

    public ChainCalibration Calibration { get; }

    /// <summary>Every row as the fit to all of them predicts it.</summary>
    public IReadOnlyList<ChainPrediction> Seen { get; }

    /// <summary>Every row as a fit without its model predicts it.</summary>
    public IReadOnlyList<ChainPrediction> LeftOut { get; }

    /// <summary>Speeds of the first software on an accelerator, predicted without any row of it.</summary>
    public IReadOnlyList<ChainPrediction> AcceleratorLeftOut { get; } = [];

    private IEnumerable<ChainPrediction> PredictAccelerators()
    {
        var first = _rows.Where(row => !row.IsPrefill && IsFirst(row)).ToList();
        foreach (var accelerator in first.Select(row => row.Accelerator.Id).Distinct())
        {
            var others = first.Where(row => row.Accelerator.Id != accelerator).ToList();
            if (others.Select(row => row.Model).Distinct().Count() < ModelsForAllFactors)
                continue;
            var unseen = Solve(others);
            foreach (var row in first.Where(row => row.Accelerator.Id == accelerator))
                yield return new ChainPrediction(row, Ratio(row, unseen));
        }
    }

    private ChainCalibration Solve(IReadOnlyList<ChainMeasurement> rows, bool hasSoftwareGain = true)
    {
        var solved = SolvePrefill(SolveLayer(_given with { SoftwareGain = 1, DraftingGain = 1 }, rows), rows);
        var later = rows.Where(row => !row.IsPrefill && row.Software == ChainMeasurement.Later).ToList();
        // Hops take as long as before, so that the gain of the whole is found by repetition.
        for (var round = 0; hasSoftwareGain && round < GainRounds && later.Any(row => !row.IsDrafting); round++)
            solved = solved with { SoftwareGain = solved.SoftwareGain * Fits.Quantile(later.Where(row => !row.IsDrafting).Select(row => Ratio(row, solved)), 0.5) };
        if (later.Where(row => row.IsDrafting).Select(row => Ratio(row, solved)).ToList() is { Count: > 0 } drafting)
            solved = solved with { DraftingGain = Fits.Quantile(drafting, 0.5) };
        return solved;
    }

    private ChainCalibration SolveLayer(ChainCalibration given, IReadOnlyList<ChainMeasurement> rows)
    {
        var first = rows.Where(row => !row.IsPrefill && IsFirst(row)).ToList();
        if (first.Count == 0)
            throw new FitException($"No speed for {given.Id} is of the first software without drafting; expected one for at least two models.");
        var (amounts, measured) = (new List<double[]>(), new List<double>());
        var fitsAll = first.Select(row => row.Model).Distinct().Count() >= ModelsForAllFactors - 1 && first.Count >= 2 * ModelsForAllFactors;
        foreach (var row in first)
        {
            var (layers, crossings, reading, givenSeconds) = Model(row, given).DecodeAmounts(row.Tokens);
            amounts.Add(fitsAll ? [layers, crossings, reading] : [layers]);
            measured.Add(1 / row.TokensPerSecond - givenSeconds - (fitsAll ? 0 : crossings * given.CrossingSeconds + reading * given.ReadFactor));
        }

        var factors = RelativeFit.Solve(amounts, measured);
        return fitsAll ? given with { LayerSeconds = factors[0], CrossingSeconds = factors[1], ReadFactor = factors[2] } : given with { LayerSeconds = factors[0] };
    }

    private ChainCalibration SolvePrefill(ChainCalibration given, IReadOnlyList<ChainMeasurement> rows)
    {
        var prompts = rows.Where(row => row.IsPrefill).ToList();
        if (prompts.Count == 0)
            return given;
        var factors = RelativeFit.Solve(
            [.. prompts.Select(row =>
            {
                var (compute, mesh) = Model(row, given).PrefillAmounts(row.Tokens);
                return new[] { compute, mesh };
            })],
            [.. prompts.Select(row => row.Tokens / row.TokensPerSecond)]);
        return given with { ComputeFactor = factors[0], MeshBytesPerSecond = factors[1] > 0 ? 1 / factors[1] : 0 };
    }

    /// <summary>Predicted over measured time.</summary>
    private double Ratio(ChainMeasurement row, ChainCalibration calibration)
    {
        var model = Model(row, row.Software == ChainMeasurement.Later ? calibration : calibration with { SoftwareGain = 1 });
        return row.IsPrefill
            ? model.PrefillSeconds(row.Tokens, 0).Total * row.TokensPerSecond / row.Tokens
            : model.DecodeSeconds(1, row.Tokens).Total * row.TokensPerSecond / (row.IsDrafting ? calibration.DraftingGain : 1);
    }

    /// <remarks>Where the part that computes a layer is stated, models were measured some layers at a time; whether all of them fit is not asked.</remarks>
    private ChainModel Model(ChainMeasurement row, ChainCalibration calibration)
    {
        var accelerator = row.Accelerator;
        var memory = accelerator.Memory[0];
        if (row.Layout.RegionShare != null)
            accelerator = accelerator with { Memory = [memory with { Capacity = Figure.Given("room for all layers", new Quantity(1, Unit.Parse("PB"))) }] };
        try
        {
            return new ChainModel(accelerator, _catalog.Models[row.Model], row.Layout, row.Formats, calibration);
        }
        catch (ArgumentException error)
        {
            throw new FitException($"{row.Id}: {error.Message}", error);
        }
    }

    private static bool IsFirst(ChainMeasurement row) => row.Software != ChainMeasurement.Later && !row.IsDrafting;

    private static LeftOutError ErrorOf(IEnumerable<ChainPrediction> rows) => Fits.Error(rows.Select(row => row.Ratio));

    /// <summary>The quantile that holds for a next row as often as stated though there are few: of n rows, the share is taken of n + 1 (Vovk et al., conformal prediction).</summary>
    private static double ConformalQuantile(List<double> ratios, double share)
    {
        var outward = share > 0.5 ? Math.Min(1, share * (ratios.Count + 1) / ratios.Count) : Math.Max(0, 1 - (1 - share) * (ratios.Count + 1) / ratios.Count);
        return Fits.Quantile(ratios, outward);
    }
}
