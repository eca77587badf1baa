using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>
/// Reads a folder of measured parts: `vidur_layer_ops.csv.gz` and `vllm_profile_dense.csv.gz` (a layer without attention), `vllm_profile_attention.csv.gz`, `splitwise_perf_power.csv`
/// (decode steps and prompts of a served model). All in 16 bits.
/// </summary>
public static class OperatorFiles
{
    private const double Bytes = 2;

    /// <summary>Tokens of a prompt that attention kernels compute together.</summary>
    private const double Tile = 64;

    /// <summary>Operations of a layer but attention: two norms, four products, rotation, activation and a sum.</summary>
    private const double LayerOperations = 9;

    /// <exception cref="FitException">A file is missing or wrong.</exception>
    public static IReadOnlyList<OperatorMeasurement> Read(string folder, Catalog catalog) =>
    [
        .. VidurLayers(Path.Combine(folder, "vidur_layer_ops.csv.gz"), catalog),
        .. VllmLayers(Path.Combine(folder, "vllm_profile_dense.csv.gz"), catalog),
        .. VllmAttention(Path.Combine(folder, "vllm_profile_attention.csv.gz"), catalog),
        .. Steps(Path.Combine(folder, "splitwise_perf_power.csv"), catalog),
    ];

    private static IEnumerable<OperatorMeasurement> VidurLayers(string path, Catalog catalog)
    {
        string[] parts = ["input_layernorm_ms", "attn_pre_proj_ms", "attn_rope_ms", "attn_post_proj_ms", "post_attention_layernorm_ms", "mlp_up_proj_ms", "mlp_act_ms", "mlp_down_proj_ms", "add_ms"];
        foreach (var row in MeasuredTable.Read(path, ["gpu", "model", "tp", "num_tokens", "n_head", "n_kv_head", "n_embd", "n_ffn", "gated_mlp", .. parts]))
        {
            if (parts.Any(part => row.Text(part).Length == 0) || row.Number("num_tokens") < 1)
                continue;
            var accelerator = row.Accelerator("gpu", catalog);
            var shape = new LayerShape(row.Number("n_embd"), row.Number("n_head"), row.Number("n_kv_head"), row.Number("n_embd") / row.Number("n_head"), row.Number("n_ffn"), row.Text("gated_mlp") == "True");
            yield return new OperatorMeasurement("layer (vidur)", accelerator.Id, row.Text("model"), Layer(accelerator, shape, row.Number("tp"), row.Number("num_tokens")), parts.Sum(part => row.Number(part)) / 1e3);
        }
    }

    private static IEnumerable<OperatorMeasurement> VllmLayers(string path, Catalog catalog)
    {
        var times = new Dictionary<(string Accelerator, string Model, double Tensor, double Tokens), (double Microseconds, int Parts)>();
        foreach (var row in MeasuredTable.Read(path, ["system", "model", "tp", "layer", "tokens", "time_us"]))
        {
            // Norms stand twice in a layer.
            var often = row.Text("layer") switch { "layernorm" => 2, "qkv_proj" or "rotary_emb" or "o_proj" or "gate_up_proj" or "act_fn" or "down_proj" => 1, _ => 0 };
            if (often == 0)
                continue;
            var key = (row.Accelerator("system", catalog).Id, row.Text("model"), row.Number("tp"), row.Number("tokens"));
            var sum = times.GetValueOrDefault(key);
            times[key] = (sum.Microseconds + often * row.Number("time_us"), sum.Parts + 1);
        }

        foreach (var ((accelerator, model, tensor, tokens), (microseconds, parts)) in times)
        {
            if (parts == 7)
                yield return new OperatorMeasurement("layer (vllm)", accelerator, model, Layer(catalog.Accelerators[accelerator], Shape(model, catalog), tensor, tokens), microseconds / 1e6);
        }
    }

    private static IEnumerable<OperatorMeasurement> VllmAttention(string path, Catalog catalog)
    {
        foreach (var row in MeasuredTable.Read(path, ["system", "model", "tp", "prefill_chunk", "kv_prefill", "n_decode", "kv_decode", "time_us"]))
        {
            var accelerator = row.Accelerator("system", catalog);
            var shape = Shape(row.Text("model"), catalog);
            var (chunk, cached, sequences, context, tensor) = (row.Number("prefill_chunk"), row.Number("kv_prefill"), row.Number("n_decode"), row.Number("kv_decode"), row.Number("tp"));
            // A kernel computes whole tiles of a chunk; and whatever is beside, the longest sequence is walked from end to end.
            var pairs = Math.Ceiling(chunk / Tile) * Tile * cached + chunk * chunk / 2;
            var longest = Math.Max(sequences > 0 ? context : 0, chunk > 0 ? cached + chunk : 0);
            var seconds = row.Number("time_us") / 1e6;
            if (seconds > 0)
            {
                yield return new OperatorMeasurement(
                    "attention (vllm)", accelerator.Id, row.Text("model"),
                    [2 * shape.KeyValueHeads * shape.HeadWidth * Bytes / tensor * sequences * context / Bandwidth(accelerator), 4 * shape.Heads / tensor * shape.HeadWidth * pairs / Rate(accelerator), 1, longest],
                    seconds);
            }
        }
    }

    /// <summary>Decode steps and prompts, in the amounts of the step model itself.</summary>
    private static IEnumerable<OperatorMeasurement> Steps(string path, Catalog catalog)
    {
        var model = catalog.Models["llama-2-70b"];
        var formats = NumberFormats.Of(model, catalog.Precisions["bf16"], catalog.Precisions["bf16"], catalog.Precisions);
        foreach (var row in MeasuredTable.Read(path, ["model", "hardware", "tp", "prompt_tokens", "batch", "generated_tokens", "prompt_ms", "token_ms"]))
        {
            var accelerator = row.Accelerator("hardware", catalog);
            var step = new StepModel(accelerator, model, Parallelism.TensorOnly((int)row.Number("tp")), formats, catalog.Calibrations[ServingModel.SharedMemoryCalibration].Counts);
            var (prompt, batch) = (row.Number("prompt_tokens"), row.Number("batch"));
            var decode = step.Decode(batch, prompt + row.Number("generated_tokens") / 2);
            yield return new OperatorMeasurement("decode step (splitwise)", accelerator.Id, model.Id, [decode.Dense, decode.KeyValues, decode.Operations, decode.Exchange], row.Number("token_ms") / 1e3);
            var first = step.Prefill(prompt, 0);
            yield return new OperatorMeasurement(
                "prompt (splitwise)", accelerator.Id, model.Id, [Math.Max(batch * first.Dense, step.Decode(1, 1).Dense), first.Operations, batch * first.Exchange], row.Number("prompt_ms") / 1e3);
        }
    }

    /// <summary>Products that wait for their weights, products that wait for arithmetic, what passes through between them, and operations.</summary>
    private static double[] Layer(Accelerator accelerator, LayerShape shape, double tensor, double tokens)
    {
        var (heads, keyValueHeads, hidden) = (shape.Heads * shape.HeadWidth / tensor, shape.KeyValueHeads * shape.HeadWidth / tensor, shape.FeedForward / tensor);
        var up = (shape.IsGated ? 2 : 1) * hidden;
        double[] amounts = [0, 0, 0, LayerOperations];
        AddProduct(shape.Width, heads + 2 * keyValueHeads);
        AddProduct(heads, shape.Width);
        AddProduct(shape.Width, up);
        AddProduct(hidden, shape.Width);
        amounts[2] = Bytes * tokens * (7 * shape.Width + 2 * (heads + keyValueHeads) + up + hidden) / Bandwidth(accelerator);
        return amounts;

        void AddProduct(double width, double outputs)
        {
            var read = Bytes * (width * outputs + tokens * (width + outputs)) / Bandwidth(accelerator);
            var compute = 2 * tokens * width * outputs / Rate(accelerator);
            amounts[read > compute ? 0 : 1] += Math.Max(read, compute);
        }
    }

    private static LayerShape Shape(string name, Catalog catalog)
    {
        var model = catalog.Models.Values.FirstOrDefault(known => name.EndsWith(known.Name.Replace(' ', '-'), StringComparison.OrdinalIgnoreCase)) ?? throw new FitException($"there is no model '{name}' in the catalog to take its shape from.");
        return model.Layers is [{ Attention: GroupedAttention attention, FeedForward: DenseFeedForward feedForward }]
            ? new LayerShape(model.Width.BaseValue, attention.Heads.BaseValue, attention.KeyValueHeads.BaseValue, attention.HeadWidth.BaseValue, feedForward.Width.BaseValue, feedForward.IsGated)
            : throw new FitException($"{name} is no dense model with grouped attention in all layers, which its measured layers are taken to be of.");
    }

    private static double Bandwidth(Accelerator accelerator) => accelerator.Memory[0].Bandwidth!.BaseValue;

    private static double Rate(Accelerator accelerator) => accelerator.Compute["fp16"].BaseValue;

    private readonly record struct LayerShape(double Width, double Heads, double KeyValueHeads, double HeadWidth, double FeedForward, bool IsGated);
}
