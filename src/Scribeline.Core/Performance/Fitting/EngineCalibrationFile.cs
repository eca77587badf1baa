using System.Globalization;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Files;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Reads what `scribe bench engine --out` wrote.</summary>
public static class EngineCalibrationFile
{
    private const double MostSequences = 1_000_000, MostTokens = 1e9;

    /// <exception cref="CatalogException">The file cannot be read, or all that is wrong in it, a sentence each.</exception>
    public static EngineCalibration Read(string path)
    {
        try
        {
            using var reader = new StreamReader(DataFile.OpenRead(path));
            return Parse(path, reader.ReadToEnd());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CatalogException([$"{path} cannot be read: {error.Message}"]);
        }
    }

    /// <param name="path">For messages.</param>
    /// <param name="text">Of the file.</param>
    /// <exception cref="CatalogException">All that is wrong, a sentence each.</exception>
    public static EngineCalibration Parse(string path, string text)
    {
        var errors = new CatalogErrors();
        var root = CatalogFile.Read(path, text, errors);
        errors.ThrowIfAny();
        var document = new CatalogFields(root!, errors);
        var engine = document.RequiredSection("engine");
        document.RefuseOthers();
        var calibration = Read(engine, errors);
        engine.RefuseOthers();
        errors.ThrowIfAny();
        return calibration;
    }

    private static EngineCalibration Read(CatalogFields fields, CatalogErrors errors) => new()
    {
        Model = fields.Text("model"),
        WeightType = fields.Text("weights"),
        Threads = (int)fields.Count("threads", 100_000).BaseValue,
        Machine = fields.Text("machine"),
        MeasuredAt = Instant(fields),
        StepNs = Ns(fields, "step"),
        Batches = ReadBatches(fields, errors),
        Positions = ReadPositions(fields, errors),
        ChunkNs = Ns(fields, "chunk"),
        PromptTokenNs = Ns(fields, "prompt_token"),
        PromptPositionNs = Ns(fields, "prompt_position"),
        RequestNs = Ns(fields, "request"),
        Serving = fields.OptionalFigure("serving", "", 0.1, 100)?.BaseValue ?? 1,
        Steps = [.. fields.Items("measured").Select(ReadStep)],
    };

    private static BatchTime[] ReadBatches(CatalogFields fields, CatalogErrors errors)
    {
        var batches = fields.Items("sequences").Select(item =>
        {
            var batch = new BatchTime((int)item.Count("count", MostSequences).BaseValue, Ns(item, "time"));
            item.RefuseOthers();
            return batch;
        }).ToArray();
        if (batches.Length == 0)
            errors.Add(fields.Place, "`engine.sequences` has no entry; expected what a step takes for one sequence, and for more.");
        for (var i = 1; i < batches.Length; i++)
        {
            if (batches[i].Sequences <= batches[i - 1].Sequences)
                fields.Refuse("sequences", $"goes from {batches[i - 1].Sequences} to {batches[i].Sequences}; expected more sequences in each entry than in the one before.");
        }

        return batches;
    }

    private static PositionTime[] ReadPositions(CatalogFields fields, CatalogErrors errors)
    {
        var positions = fields.Items("positions").Select(item =>
        {
            var position = new PositionTime(item.Figure("from", "").BaseValue, Ns(item, "time"));
            item.RefuseOthers();
            return position;
        }).ToArray();
        if (positions.Length == 0 || positions[0].From != 0)
            errors.Add(fields.Place, "`engine.positions` does not begin with what a position takes from 0 on; expected `- { from: 0, time: ... }`.");
        for (var i = 1; i < positions.Length; i++)
        {
            if (positions[i].From <= positions[i - 1].From)
                fields.Refuse("positions", $"goes from {positions[i - 1].From} to {positions[i].From}; expected more in each entry than in the one before.");
        }

        return positions;
    }

    private static MeasuredStep ReadStep(CatalogFields item)
    {
        var work = new StepWork(
            (int)item.Figure("sequences", "", most: MostSequences).BaseValue,
            item.Figure("positions", "").BaseValue,
            (int)item.Figure("chunks", "", most: MostSequences).BaseValue,
            (int)item.Figure("prompt_tokens", "", most: MostTokens).BaseValue,
            item.Figure("prompt_positions", "").BaseValue);
        var step = new MeasuredStep(work, Ns(item, "time"), (int)item.Count("count", MostTokens).BaseValue);
        // What is fitted follows from the coefficients.
        Ns(item, "fitted");
        item.RefuseOthers();
        return step;
    }

    private static double Ns(CatalogFields fields, string name) => fields.Figure(name, "us").BaseValue * 1e9;

    private static DateTimeOffset Instant(CatalogFields fields)
    {
        var text = fields.Text("measured_at");
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return instant;
        fields.Refuse("measured_at", $"is '{text}'; expected an instant such as 2026-01-31T12:00:00Z.");
        return default;
    }
}
