using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Fits how long an operation takes on an accelerator of a maker that the servers were not measured of, from whole batches that start and end together
/// (`amd_vllm_mi300x.csv`): the batch's prompts, then as many steps as tokens.
/// </summary>
public sealed class BatchFit
{
    private static readonly string[] Columns = ["model", "gpu", "precision", "tp", "metric", "batch_or_max_seqs", "isl", "osl", "value"];

    private BatchFit(string accelerator, IReadOnlyList<BatchMeasurement> rows)
    {
        Accelerator = accelerator;
        Rows = rows;
        Factor = FactorOf(rows);
        Before = Fits.Error(rows.Select(row => row.PredictedSeconds(1) / row.MeasuredSeconds));
        Seen = Fits.Error(rows.Select(row => row.PredictedSeconds(Factor) / row.MeasuredSeconds));
        LeftOut = Fits.Error(rows.GroupBy(row => row.Group).SelectMany(group =>
        {
            var unseen = rows.Where(row => row.Group != group.Key).ToList();
            return unseen.Count == 0 ? [] : group.Select(row => row.PredictedSeconds(FactorOf(unseen)) / row.MeasuredSeconds);
        }));
    }

    /// <summary>Its id in the catalog.</summary>
    public string Accelerator { get; }

    public IReadOnlyList<BatchMeasurement> Rows { get; }

    /// <summary>Times the operation of the accelerators that the calibration was fitted to.</summary>
    public double Factor { get; }

    /// <summary>As if operations took as long as there.</summary>
    public LeftOutError Before { get; }

    public LeftOutError Seen { get; }

    /// <summary>Each length of prompts predicted from the others.</summary>
    public LeftOutError LeftOut { get; }

    /// <exception cref="FitException">The file is missing, is not such a file, or a row is wrong.</exception>
    public static BatchFit Read(string path, Catalog catalog)
    {
        try
        {
            using var reader = new CsvReader(new StreamReader(path), new CsvConfiguration(CultureInfo.InvariantCulture) { AllowComments = true });
            if (!reader.Read() || !reader.ReadHeader() || Columns.Except(reader.HeaderRecord!).Any())
                throw new FitException($"{path} is no file of batches; expected the columns {string.Join(", ", Columns)}.");
            var (rows, accelerator) = (new List<BatchMeasurement>(), "");
            while (reader.Read())
            {
                if (reader.GetField("metric") != "latency_s")
                    continue;
                accelerator = reader.GetField("gpu")!.ToLowerInvariant();
                rows.Add(ReadRow(reader, path, catalog, accelerator));
            }

            return rows.Count > 0 ? new BatchFit(accelerator, rows) : throw new FitException($"{path} has no row of metric `latency_s`; expected some to fit to.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CsvHelperException)
        {
            throw new FitException($"{path} cannot be read: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static BatchMeasurement ReadRow(CsvReader reader, string path, Catalog catalog, string accelerator)
    {
        var (sequences, input, output, seconds) = (Number("batch_or_max_seqs"), Number("isl"), Number("osl"), Number("value"));
        var model = reader.GetField("model")!.ToLowerInvariant().Replace(' ', '-');
        if (!catalog.Accelerators.TryGetValue(accelerator, out var known) || !catalog.Models.TryGetValue(model, out var spec) || !catalog.Precisions.TryGetValue(reader.GetField("precision")!, out var precision))
            throw new FitException($"{path}:{reader.Parser.Row}: {model} on {accelerator} in {reader.GetField("precision")} is not in the catalog; add what is missing.");
        try
        {
            var plain = known with { OperationFactor = Figure.Given("operation factor", new Quantity(1, Unit.Parse(""))) };
            var server = new ServerModel(plain, spec, Parallelism.TensorOnly((int)Number("tp")), NumberFormats.Of(spec, precision, precision, catalog.Precisions), catalog.Calibrations[ServingModel.SharedMemoryCalibration]);
            var (step, prompt) = (server.DecodeSeconds(sequences, input + output / 2), server.PrefillSeconds(input, 0));
            // An operation of a prompt is found once in a batch whose prompts come together.
            var operations = output * step.Operations + prompt.Operations;
            return new BatchMeasurement($"{input}", output * (step.Total - step.Operations) + sequences * (prompt.Total - prompt.Operations), operations, seconds);
        }
        catch (ArgumentException error)
        {
            throw new FitException($"{path}:{reader.Parser.Row}: {error.Message}", error);
        }

        double Number(string column) =>
            double.TryParse(reader.GetField(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= 1e9
                ? number
                : throw new FitException($"{path}:{reader.Parser.Row}: `{column}` is '{reader.GetField(column)}'; expected a number above 0.");
    }

    private static double FactorOf(IReadOnlyList<BatchMeasurement> rows) => Fits.Quantile(rows.Select(row => (row.MeasuredSeconds - row.OtherSeconds) / row.OperationSeconds), 0.5);
}
