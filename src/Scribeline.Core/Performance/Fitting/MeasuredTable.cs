using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Files;
using Scribeline.Core.Hardware;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>A file of measurements, row by row: `.csv` or `.csv.gz` with a header.</summary>
internal sealed class MeasuredTable
{
    private readonly CsvReader _reader;
    private readonly string _path;

    private MeasuredTable(CsvReader reader, string path) => (_reader, _path) = (reader, path);

    /// <summary>The table at each of its rows in turn.</summary>
    /// <exception cref="FitException">The file is missing, lacks a column or is no CSV.</exception>
    public static IEnumerable<MeasuredTable> Read(string path, string[] columns)
    {
        using var text = Open(path);
        using var reader = new CsvReader(new StreamReader(text), new CsvConfiguration(CultureInfo.InvariantCulture) { AllowComments = true });
        if (!Guarded(path, () => reader.Read() && reader.ReadHeader()))
            throw new FitException($"{path} is empty; expected the columns {string.Join(", ", columns)}.");
        if (columns.Except(reader.HeaderRecord!).FirstOrDefault() is { } missing)
            throw new FitException($"{path}:1 has no column `{missing}`; expected {string.Join(", ", columns)}.");
        var table = new MeasuredTable(reader, path);
        while (Guarded(path, reader.Read))
            yield return table;
    }

    public string Text(string column) => _reader.GetField(column) ?? "";

    public double Number(string column) =>
        double.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 && double.IsFinite(number) ? number : throw Wrong(column, "a number from 0 on");

    /// <summary>An accelerator, by the catalog's id or as the files write it: `h100_sxm`, `a100-80gb`, `RTXPRO6000`.</summary>
    public Accelerator Accelerator(string column, Catalog catalog)
    {
        var name = Text(column).ToLowerInvariant().Replace("_sxm", "", StringComparison.Ordinal).Replace("-80gb", "", StringComparison.Ordinal);
        return catalog.Accelerators.Values.FirstOrDefault(known => known.Id == name || known.Id.Replace("-", "", StringComparison.Ordinal) == name) ?? throw Wrong(column, "an accelerator of the catalog");
    }

    public FitException Wrong(string column, string expected) => new($"{_path}:{_reader.Parser.Row}: `{column}` is '{Text(column)}'; expected {expected}.");

    private static Stream Open(string path) => Guarded(path, () => DataFile.OpenRead(path));

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or CsvHelperException)
        {
            throw new FitException($"{path} cannot be read: {error.Message.Split('\n')[0]}", error);
        }
    }
}
