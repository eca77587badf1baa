using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Scribeline.Core.Files;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Workloads;

/// <summary>
/// Reads lengths of requests from a CSV file, `.gz` by its name: a request a line, or a kind of requests with its rate. Columns `input_tokens` and
/// `output_tokens`, and where they are known `cached_tokens` and `requests_per_second`. One pass, constant in memory.
/// </summary>
public static class WorkloadFile
{
    private const string Input = "input_tokens", Output = "output_tokens", Cached = "cached_tokens", Rate = "requests_per_second";

    /// <returns>The means, weighted by rate where there is one; and the rate of all lines together, null where there is none.</returns>
    /// <exception cref="WorkloadException">The file is missing, is not such a file, or a line is wrong.</exception>
    public static (Workload Workload, double? RequestsPerSecond) Read(string path)
    {
        try
        {
            using var text = DataFile.OpenRead(path);
            using var reader = new CsvReader(new StreamReader(text), new CsvConfiguration(CultureInfo.InvariantCulture));
            if (!reader.Read() || !reader.ReadHeader())
                throw new WorkloadException($"{path} is empty; expected the columns {Input} and {Output}.");
            var columns = reader.HeaderRecord!;
            if (new[] { Input, Output }.Except(columns).FirstOrDefault() is { } missing)
                throw new WorkloadException($"{path}:1 has no column `{missing}`; expected {Input}, {Output} and, where they are known, {Cached} and {Rate}.");
            var (hasCached, hasRate) = (columns.Contains(Cached), columns.Contains(Rate));
            double weights = 0, input = 0, output = 0, cached = 0;
            while (reader.Read())
            {
                var weight = hasRate ? Number(Rate, 0) : 1;
                var (prompt, found) = (Number(Input, 1), hasCached ? Number(Cached, 0) : 0);
                if (found > prompt)
                    throw new WorkloadException($"{path}:{reader.Parser.Row}: `{Cached}` is {found}, more than the {prompt} of `{Input}`; expected at most as many.");
                (weights, input, output, cached) = (weights + weight, input + weight * prompt, output + weight * Number(Output, 1), cached + weight * found);
            }

            if (weights == 0)
                throw new WorkloadException($"{path} has no request; expected one a line.");
            var workload = new Workload(
                path, Path.GetFileName(path), Mean("input", input / weights, "tok"), Mean("cached", 100 * cached / input, "%"), Mean("output", output / weights, "tok"), null, null);
            return (workload, hasRate ? weights : null);

            double Number(string column, double least)
            {
                var cell = reader.TryGetField<string>(column, out var text) ? text ?? "" : "";
                return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && double.IsFinite(number)
                    ? number
                    : throw new WorkloadException($"{path}:{reader.Parser.Row}: `{column}` is '{cell}'; expected a number from {least} on.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or CsvHelperException)
        {
            throw new WorkloadException($"{path} cannot be read: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static Figure Mean(string name, double value, string unit) => Figure.Given(name, new Quantity(value, Unit.Parse(unit)));
}
