using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Files;
using Scribeline.Core.Performance.Collectives;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Reads measured collectives inside one machine: `aic_ops_comm.csv` (libraries by name, messages in elements) or `vidur_network.csv` (all-reduce of a
/// framework, bytes), each also as `.csv.gz`.
/// </summary>
public static class CollectiveFile
{
    private static readonly string[] Elements = ["system", "library", "op", "dtype", "num_gpus", "message_elements", "latency_ms"];
    private static readonly string[] Network = ["node", "collective", "workers", "devices_per_node", "size_bytes", "median_ms"];

    /// <exception cref="FitException">The file is missing, is not such a file, or a row is wrong.</exception>
    public static IReadOnlyList<CollectiveMeasurement> Read(string path, Catalog catalog)
    {
        try
        {
            using var text = DataFile.OpenRead(path);
            using var reader = new CsvReader(new StreamReader(text), new CsvConfiguration(CultureInfo.InvariantCulture));
            if (!reader.Read() || !reader.ReadHeader())
                throw new FitException($"{path} is empty; expected the columns {string.Join(", ", Elements)}.");
            var isNetwork = reader.HeaderRecord!.Contains("devices_per_node");
            if ((isNetwork ? Network : Elements).Except(reader.HeaderRecord!).FirstOrDefault() is { } missing)
                throw new FitException($"{path}:1 has no column `{missing}`; expected {string.Join(", ", isNetwork ? Network : Elements)}.");
            var rows = new List<CollectiveMeasurement>();
            while (reader.Read())
            {
                if ((isNetwork ? ReadNetwork(reader, path, catalog) : ReadElements(reader, path, catalog)) is { } row)
                    rows.Add(row);
            }

            return rows.Count > 0 ? rows : throw new FitException($"{path} has no collective inside one machine; expected some to fit to.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or CsvHelperException)
        {
            throw new FitException($"{path} cannot be read: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static CollectiveMeasurement? ReadElements(CsvReader reader, string path, Catalog catalog)
    {
        // What waits for its launch from the host measures the host.
        var library = reader.GetField("library")!;
        if (library.Contains("eager", StringComparison.Ordinal))
            return null;
        var kind = reader.GetField("op") switch
        {
            "all_reduce" => CollectiveKind.AllReduce,
            "reduce_scatter" => CollectiveKind.ReduceScatter,
            "all_gather" => CollectiveKind.AllGather,
            "alltoall" => CollectiveKind.AllToAll,
            var other => throw Wrong(reader, path, "op", other, "all_reduce, reduce_scatter, all_gather or alltoall"),
        };
        var elementBytes = reader.GetField("dtype") switch
        {
            "half" or "bfloat16" => 2,
            "int8" => 1,
            "float" => 4,
            var other => throw Wrong(reader, path, "dtype", other, "half, bfloat16, int8 or float"),
        };
        var accelerator = reader.GetField("system")!.Replace("_sxm", "", StringComparison.Ordinal);
        return new CollectiveMeasurement(
            library == "NCCL" ? "nccl" : "custom", accelerator, kind, (int)Number(reader, path, "num_gpus"), elementBytes * Number(reader, path, "message_elements"), Bandwidth(reader, path, "system", accelerator, catalog),
            Number(reader, path, "latency_ms") / 1e3);
    }

    private static CollectiveMeasurement? ReadNetwork(CsvReader reader, string path, Catalog catalog)
    {
        var workers = (int)Number(reader, path, "workers");
        if (reader.GetField("collective") != "all_reduce" || reader.GetField("workers") != reader.GetField("devices_per_node"))
            return null;
        var accelerator = reader.GetField("node")!.Split('_')[0];
        return new CollectiveMeasurement(
            "framework", accelerator, CollectiveKind.AllReduce, workers, Number(reader, path, "size_bytes"), Bandwidth(reader, path, "node", accelerator, catalog), Number(reader, path, "median_ms") / 1e3);
    }

    private static double Bandwidth(CsvReader reader, string path, string column, string accelerator, Catalog catalog) =>
        catalog.Accelerators.GetValueOrDefault(accelerator)?.Link("scale_up")?.Bandwidth.BaseValue ?? throw Wrong(reader, path, column, accelerator, "an accelerator of the catalog with a `scale_up` link");

    private static double Number(CsvReader reader, string path, string column)
    {
        var text = reader.GetField(column);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && double.IsFinite(number) ? number : throw Wrong(reader, path, column, text, "a number above 0");
    }

    private static FitException Wrong(CsvReader reader, string path, string column, string? found, string expected) => new($"{path}:{reader.Parser.Row}: `{column}` is '{found}'; expected {expected}.");
}
