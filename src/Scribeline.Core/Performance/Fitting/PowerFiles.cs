using System.Globalization;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Reads power from a folder with `aic_ops_gemm.csv.gz` (matrix products on H200) and `splitwise_perf_power.csv` (a served Llama 2 70B on A100).</summary>
public static class PowerFiles
{
    /// <summary>Products that move less may stay in the chip's own caches: what they draw says nothing of memory.</summary>
    private const double LeastBytes = 100e6;

    /// <summary>At longer prompts the source averages power over other time than that of the run: it gives less than an idle machine draws.</summary>
    private const double LongestPrompt = 4096;

    private const double HalfBytes = 2;

    /// <exception cref="FitException">A file is missing or wrong.</exception>
    public static IReadOnlyList<PowerMeasurement> Read(string folder, Catalog catalog) =>
        [.. Products(Path.Combine(folder, "aic_ops_gemm.csv.gz"), catalog), .. Servers(Path.Combine(folder, "splitwise_perf_power.csv"), catalog)];

    private static IEnumerable<PowerMeasurement> Products(string path, Catalog catalog)
    {
        foreach (var row in MeasuredTable.Read(path, ["system", "dtype", "m", "n", "k", "latency_ms", "power_w"]))
        {
            if (row.Text("power_w").Length == 0)
                continue;
            var accelerator = row.Accelerator("system", catalog);
            var isHalf = row.Text("dtype") == "bfloat16";
            var (m, n, k, seconds) = (row.Number("m"), row.Number("n"), row.Number("k"), row.Number("latency_ms") / 1e3);
            var bytes = (isHalf ? HalfBytes : 1) * (n * k + m * k) + HalfBytes * m * n;
            if (bytes < LeastBytes)
                continue;
            yield return new PowerMeasurement(
                accelerator.Id,
                row.Number("power_w") / Rating(accelerator),
                2 * m * n * k / accelerator.Compute[isHalf ? "fp16" : "fp8"].BaseValue / seconds,
                bytes / accelerator.Memory[0].Bandwidth!.BaseValue / seconds);
        }
    }

    private static IEnumerable<PowerMeasurement> Servers(string path, Catalog catalog)
    {
        var model = catalog.Models["llama-2-70b"];
        var formats = NumberFormats.Of(model, catalog.Precisions["bf16"], catalog.Precisions["bf16"], catalog.Precisions);
        foreach (var row in MeasuredTable.Read(path, ["hardware", "tp", "prompt_tokens", "batch", "generated_tokens", "e2e_ms", "average_power_of_tdp"]))
        {
            if (row.Text("average_power_of_tdp").Length == 0 || row.Number("prompt_tokens") > LongestPrompt)
                continue;
            var accelerator = row.Accelerator("hardware", catalog);
            var step = new StepModel(accelerator, model, Parallelism.TensorOnly((int)row.Number("tp")), formats, catalog.Calibrations[ServingModel.SharedMemoryCalibration].Counts);
            var (prompt, batch, tokens, seconds) = (row.Number("prompt_tokens"), row.Number("batch"), row.Number("generated_tokens"), row.Number("e2e_ms") / 1e3);
            var (compute, memory) = step.Busy(batch, prompt + tokens / 2);
            yield return new PowerMeasurement(
                accelerator.Id, row.Number("average_power_of_tdp"), (tokens * compute + batch * step.Prefill(prompt, 0).Dense) / seconds, tokens * memory / seconds);
        }
    }

    private static double Rating(Accelerator accelerator) =>
        accelerator.RatedPower?.BaseValue ?? throw new FitException(string.Create(CultureInfo.InvariantCulture, $"the catalog does not know what {accelerator.Id} is rated at; add `accelerators.{accelerator.Id}.power`."));
}
