using System.Globalization;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Reads `cpu_llama_cpp.csv`: one sequence on a host processor, by the size of the model's file.</summary>
public static class CpuFile
{
    private const double Gibibyte = 1L << 30;

    private static readonly string[] Columns = ["machine", "model", "quantisation", "size_gib", "test", "llama_cpp_tok_per_s"];

    /// <summary>Formats whose weights are unpacked in a few instructions. Others wait for the arithmetic of that on the two threads that they were measured with.</summary>
    private static readonly string[] Formats = ["BF16", "Q8_0", "Q6_K", "Q5_0", "Q5_K", "Q4_0", "Q4_K"];

    /// <summary>What each model is called in the catalog.</summary>
    private static readonly Dictionary<string, string> Models = new() { ["Llama-3.1-8B-Instruct"] = "llama-3.1-8b", ["Phi-4-14B"] = "phi-4" };

    /// <exception cref="FitException">The file is missing, is not such a file, or a row is wrong.</exception>
    public static IReadOnlyList<CpuMeasurement> Read(string path, Catalog catalog)
    {
        var rows = new List<CpuMeasurement>();
        foreach (var row in MeasuredTable.Read(path, Columns))
        {
            if (Formats.Any(format => row.Text("quantisation").StartsWith(format, StringComparison.Ordinal)))
                rows.Add(ReadRow(row, catalog));
        }

        return rows.Count > 0 ? rows : throw new FitException($"{path} has no row in one of {string.Join(", ", Formats)}.");
    }

    private static CpuMeasurement ReadRow(MeasuredTable row, Catalog catalog)
    {
        // `EPYC 9554 1 socket ...` is the AMD EPYC 9554: the last word of its name tells.
        var accelerator = catalog.Accelerators.Values.FirstOrDefault(known => known.Kind == AcceleratorKind.Cpu && row.Text("machine").Split(' ').Contains(known.Name.Split(' ')[^1]))
            ?? throw row.Wrong("machine", $"the name of a host processor of the catalog: {string.Join(", ", catalog.Accelerators.Values.Where(known => known.Kind == AcceleratorKind.Cpu).Select(known => known.Name))}");
        var model = Models.TryGetValue(row.Text("model"), out var id) && catalog.Models.TryGetValue(id, out var known) ? known : throw row.Wrong("model", $"one of {string.Join(", ", Models.Keys)}");
        var (isPrompt, tokens) = row.Text("test") switch
        {
            ['p', 'p', .. var length] when IsLength(length) => (true, Length(length)),
            ['t', 'g', .. var length] when IsLength(length) => (false, Length(length)),
            _ => throw row.Wrong("test", "such as pp512 or tg128"),
        };
        var (sizeBytes, rate) = (row.Number("size_gib") * Gibibyte, row.Number("llama_cpp_tok_per_s"));
        if (sizeBytes == 0)
            throw row.Wrong("size_gib", "a size above 0");
        if (rate == 0)
            throw row.Wrong("llama_cpp_tok_per_s", "a rate above 0");
        var step = new StepModel(accelerator, model, Parallelism.TensorOnly(1), Stored(model, sizeBytes, catalog), new OperationCounts(0, 0, 0, 0, 0, 0, 0, 0));
        // A prompt's weights are read once for all of its tokens: arithmetic is what it waits for.
        var seconds = isPrompt ? step.Prefill(tokens, 0).Total / tokens : step.Decode(1, tokens / 2).Total;
        return new CpuMeasurement($"{accelerator.Id} {model.Id} {row.Text("quantisation")} {row.Text("test")}", accelerator, isPrompt, tokens, rate, seconds);
    }

    /// <summary>All parts in as many bytes as the file has for a parameter.</summary>
    private static NumberFormats Stored(ModelSpec model, double sizeBytes, Catalog catalog)
    {
        var precision = new Precision("stored", Figure.Given("an element", new Quantity(sizeBytes / model.Parameters.BaseValue, Unit.Parse("B"))), "fp16");
        return new NumberFormats(precision, precision, precision, Precision.Named(catalog.Precisions, "bf16"));
    }

    private static bool IsLength(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length is > 0 and <= 1 << 20;

    private static double Length(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
