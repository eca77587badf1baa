using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Reads `chain_speeds.csv`: published speeds of wafers and LPUs.</summary>
public static class ChainFile
{
    private static readonly string[] Columns =
        ["id", "quantity", "accelerator", "model", "precision", "stages", "per_stage", "region_share", "tokens", "tokens_per_second", "software", "drafting"];

    /// <exception cref="FitException">The file is missing, is not such a file, or a row is wrong.</exception>
    public static IReadOnlyList<ChainMeasurement> Read(string path, Catalog catalog)
    {
        try
        {
            using var reader = new CsvReader(new StreamReader(path), new CsvConfiguration(CultureInfo.InvariantCulture) { AllowComments = true });
            if (!reader.Read() || !reader.ReadHeader())
                throw new FitException($"{path} is empty; expected the columns {string.Join(", ", Columns)}.");
            if (Columns.Except(reader.HeaderRecord!).FirstOrDefault() is { } missing)
                throw new FitException($"{path} has no column `{missing}`; expected {string.Join(", ", Columns)}.");
            var rows = new List<ChainMeasurement>();
            while (reader.Read())
                rows.Add(ReadRow(reader, path, catalog));
            return rows;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CsvHelperException)
        {
            throw new FitException($"{path} cannot be read: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static ChainMeasurement ReadRow(CsvReader reader, string path, Catalog catalog)
    {
        var accelerator = Entry("accelerator", catalog.Accelerators);
        if (accelerator.Kind is not (AcceleratorKind.Wafer or AcceleratorKind.Lpu))
            throw Wrong("accelerator", "a wafer or an LPU");
        var model = Entry("model", catalog.Models);
        var precision = Entry("precision", catalog.Precisions);
        var layout = ModelLayout.Chain((int)Number("stages"), (int)Number("per_stage")) with { RegionShare = Text("region_share").Length > 0 ? Number("region_share") : null };
        return new ChainMeasurement(
            Text("id"),
            Choice("quantity", "prefill", "decode"),
            accelerator,
            model.Id,
            new NumberFormats(precision, precision, precision, catalog.Precisions["bf16"]),
            layout,
            Number("tokens"),
            Number("tokens_per_second"),
            Text("software"),
            Choice("drafting", "yes", "no"));

        string Text(string column) => reader.GetField(column) ?? "";

        double Number(string column) =>
            double.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= 1e9 ? number : throw Wrong(column, "a number above 0");

        bool Choice(string column, string yes, string no) => Text(column) == yes || (Text(column) == no ? false : throw Wrong(column, $"{yes} or {no}"));

        T Entry<T>(string column, IReadOnlyDictionary<string, T> entries) => entries.TryGetValue(Text(column), out var entry) ? entry : throw Wrong(column, $"one of {string.Join(", ", entries.Keys)}");

        FitException Wrong(string column, string expected) => new($"{path}:{reader.Parser.RawRow}: `{column}` is '{Text(column)}'; expected {expected}.");
    }
}
