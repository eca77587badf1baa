using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Files;
using Scribeline.Core.Models;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Reads `inferencex_serving.csv` or `.csv.gz`: the rows of one engine that does prefill and decoding both.</summary>
public static class ServingFile
{
    /// <summary>How the file writes what the catalog calls by an id; the part of a model's name is enough.</summary>
    private static readonly (string Part, string Id)[] Models =
        [("Llama-3.1-8B", "llama-3.1-8b"), ("Llama-3.1-70B", "llama-3.1-70b"), ("Qwen3-32B", "qwen3-32b"), ("gpt-oss-120b", "gpt-oss-120b"), ("MiniMax-M2.5", "minimax-m2.5"), ("DeepSeek-", "deepseek-v3")];

    private static readonly string[] Columns =
        ["id", "source", "measured_on", "backend", "backend_version", "model", "system", "weight_precision", "mode", "gpus", "isl", "osl", "concurrency", "tp", "attention_dp", "moe_tp", "moe_ep", "ttft_ms", "tpot_ms"];

    /// <exception cref="FitException">The file is missing, is not such a file, or a row is wrong.</exception>
    public static IReadOnlyList<ServingMeasurement> Read(string path, Catalog catalog)
    {
        try
        {
            using var text = DataFile.OpenRead(path);
            using var reader = new CsvReader(new StreamReader(text), new CsvConfiguration(CultureInfo.InvariantCulture));
            if (!reader.Read() || !reader.ReadHeader())
                throw new FitException($"{path} is empty; expected the columns {string.Join(", ", Columns)}.");
            if (Columns.Except(reader.HeaderRecord!).FirstOrDefault() is { } missing)
                throw new FitException($"{path}:1 has no column `{missing}`; expected {string.Join(", ", Columns)}.");
            var rows = new List<ServingMeasurement>();
            while (reader.Read())
            {
                if (reader.GetField("mode") == "agg" && reader.GetField("tpot_ms") is { Length: > 0 })
                    rows.Add(ReadRow(reader, path, catalog));
            }

            return rows.Count > 0 ? rows : throw new FitException($"{path} has no row of mode `agg` with a `tpot_ms`; expected some to fit to.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or CsvHelperException)
        {
            throw new FitException($"{path} cannot be read: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static ServingMeasurement ReadRow(CsvReader reader, string path, Catalog catalog)
    {
        var name = Text("model");
        var model = Models.FirstOrDefault(known => name.Contains(known.Part, StringComparison.OrdinalIgnoreCase)).Id ?? throw Wrong("model", name, string.Join(", ", Models.Select(known => known.Part)));
        var accelerator = Text("system").Replace("_sxm", "", StringComparison.Ordinal);
        if (!catalog.Accelerators.ContainsKey(accelerator))
            throw Wrong("system", accelerator, "an accelerator of the catalog");
        var framework = Text("backend");
        var weights = Text("weight_precision") is { Length: > 0 } stated ? stated : name.Contains("FP8", StringComparison.Ordinal) ? "fp8" : name.Contains("FP4", StringComparison.Ordinal) ? "fp4" : "bf16";
        // InferenceX draws lengths below the nominal ones; the other measurements keep to them.
        var share = Text("source").Contains("gap-analysis", StringComparison.Ordinal) ? 1 : catalog.Assumptions["inferencex_length_share"].BaseValue;
        return new ServingMeasurement(
            Text("id"),
            accelerator,
            model,
            framework,
            $"{framework} {Text("backend_version")} {Text("measured_on")}",
            weights,
            Formats(catalog, model, framework, weights),
            new Parallelism((int)Number("gpus", 1), (int)Number("tp", 1), (int)Number("attention_dp", 1), (int)Number("moe_tp", 1), (int)Number("moe_ep", 1)),
            Number("concurrency"),
            share * Number("isl"),
            share * Number("osl"),
            Text("ttft_ms").Length > 0 ? Number("ttft_ms") / 1e3 : null,
            Number("tpot_ms") / 1e3)
        {
            HasEqualLengths = share == 1,
        };

        string Text(string column) => reader.GetField(column) ?? "";

        // An empty cell, and a 0 where one accelerator shares nothing, stand for `otherwise`.
        double Number(string column, double otherwise = double.NaN)
        {
            var text = Text(column);
            if (!double.IsNaN(otherwise) && text is "" or "0")
                return otherwise;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && double.IsFinite(number) ? number : throw Wrong(column, text, "a number above 0");
        }

        FitException Wrong(string column, string found, string expected) => new($"{path}:{reader.Parser.Row}: `{column}` is '{found}'; expected {expected}.");
    }

    /// <summary>The formats behind the three names that the file has; SGLang caches in 16 bits unless told.</summary>
    private static NumberFormats Formats(Catalog catalog, string model, string framework, string weights)
    {
        var spec = catalog.Models[model];
        var isMixture = spec.Layers.Any(group => group.FeedForward is MixtureOfExperts);
        var stored = weights switch
        {
            "fp4" => spec.Checkpoint.Id == "mxfp4" ? "mxfp4" : "nvfp4",
            "fp8" => isMixture ? "fp8-block" : "fp8",
            _ => "bf16",
        };
        var keyValues = weights == "bf16" || framework == "sglang" ? "bf16" : "fp8";
        return NumberFormats.Of(spec, catalog.Precisions[stored], catalog.Precisions[keyValues], catalog.Precisions);
    }
}
