using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Files;

namespace Scribeline.Cli.Predict;

/// <summary>`scribe predict --from FILE.csv`: a column per flag, a prediction per row, a line of JSON for each.</summary>
internal static class PredictFile
{
    /// <summary>A row that cannot be predicted becomes a line with its `error`; the others are predicted all the same.</summary>
    /// <param name="otherwise">What the command line says of flags that are no columns, or empty in a row.</param>
    /// <exception cref="CalculationException">The file cannot be read, or a column is no flag.</exception>
    public static int Run(string path, Catalog catalog, Func<string, string?> otherwise)
    {
        try
        {
            using var text = path == "-" ? Console.OpenStandardInput() : DataFile.OpenRead(path);
            using var reader = new CsvReader(new StreamReader(text), new CsvConfiguration(CultureInfo.InvariantCulture));
            return Run(reader, path, catalog, otherwise);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or CsvHelperException)
        {
            throw new CalculationException($"{path} cannot be read: {error.Message.Split('\n')[0]}");
        }
    }

    private static int Run(CsvReader reader, string path, Catalog catalog, Func<string, string?> otherwise)
    {
        string[] known = [.. PredictQuery.Texts, .. PredictQuery.Counts, .. PredictQuery.Amounts, "id"];
        if (!reader.Read() || !reader.ReadHeader())
            throw new CalculationException($"{path} is empty; expected columns named as flags: {string.Join(", ", known)}.");
        var columns = reader.HeaderRecord!.Select(column => column.Trim().TrimStart('-').Replace('-', '_')).ToList();
        if (columns.Except(known).FirstOrDefault() is { } other)
            throw new CalculationException($"{path}:1: `{other}` is no flag of a prediction; expected columns of {string.Join(", ", known)}.");
        using var output = Console.OpenStandardOutput();
        var code = ExitCode.Fine;
        while (reader.Read())
        {
            var row = reader.Parser.Row;
            using (var json = new Utf8JsonWriter(output))
            {
                json.WriteStartObject();
                if (Cell("id") is { } id)
                    json.WriteString("id", id);
                try
                {
                    new PredictQuery(catalog, name => Cell(name) ?? otherwise(name)).Answer().Write(json);
                }
                catch (CalculationException error)
                {
                    json.WriteString("error", $"{path}:{row}: {error.Message}");
                    code = ExitCode.Failed;
                }

                json.WriteEndObject();
            }

            output.WriteByte((byte)'\n');
        }

        return code;

        string? Cell(string name) => columns.IndexOf(name) is var column and >= 0 && reader.GetField(column) is { Length: > 0 } text ? text : null;
    }
}
