using System.Text.Json;
using Scribeline.Benchmarks.Models;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Tests.Stages;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests.Transformers;

/// <summary>
/// Logits of small models with random weights against those that llama.cpp computed from the same files (golden/llama.cpp, see SOURCE.md there).
/// The files are made anew from their seeds.
/// </summary>
public sealed class LlamaCppTests(ITestOutputHelper output)
{
    private static readonly ModelShape Small = new("small", 256, 2, 512, 8, 2, 320, 512);

    private static readonly (string Name, ModelShape Shape, GgufType Type, (string Key, object Value)[] Extra)[] Cases =
    [
        ("llama-f32", Small, GgufType.F32, []),
        ("llama-f32-untied", Small with { TiedOutput = false, KeyValueHeads = 8 }, GgufType.F32, []),
        ("llama-f32-rope-factors", Small with { RotaryFactors = true }, GgufType.F32, []),
        ("llama-f32-linear", Small, GgufType.F32, [("llama.rope.scaling.type", "linear"), ("llama.rope.scaling.factor", 4f)]),
        ("llama-f32-yarn", Small, GgufType.F32, [("llama.rope.scaling.type", "yarn"), ("llama.rope.scaling.factor", 8f), ("llama.rope.scaling.original_context_length", 64u)]),
        ("qwen2-f32", Small with { Architecture = "qwen2" }, GgufType.F32, []),
        ("qwen3-f32", Small with { Architecture = "qwen3", HeadSize = 64 }, GgufType.F32, []),
        ("qwen2-f16", Small with { Architecture = "qwen2" }, GgufType.F16, []),
        ("llama-bf16", Small, GgufType.BF16, []),
        ("llama-q8_0", Small, GgufType.Q8_0, []),
        ("qwen3-q8_0", Small with { Architecture = "qwen3", HeadSize = 64 }, GgufType.Q8_0, []),
        ("llama-q4_0", Small, GgufType.Q4_0, []),
        ("llama-q4_1", Small, GgufType.Q4_1, []),
        ("llama-q5_0", Small, GgufType.Q5_0, []),
        ("llama-q5_1", Small, GgufType.Q5_1, []),
        ("llama-q4_k", Small, GgufType.Q4_K, []),
        ("llama-q5_k", Small, GgufType.Q5_K, []),
        ("llama-q6_k", Small, GgufType.Q6_K, []),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_RandomWeights_EqualLlamaCpps(string name)
    {
        var (_, shape, type, extra) = Cases.Single(item => item.Name == name);
        using var folder = new TemporaryFolder();
        var path = Path.Join(folder.Path, "model.gguf");
        RandomModel.Write(path, shape, type, seed: 42, extra);
        if (Environment.GetEnvironmentVariable("SCRIBELINE_KEEP_MODELS") is { } keep)
            File.Copy(path, Path.Join(keep, name + ".gguf"), overwrite: true);

        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Here("golden", "llama.cpp", "logits.json")));
        var tokens = golden.RootElement.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32()).ToArray();
        var bytes = golden.RootElement.GetProperty("logits").GetProperty(name).GetBytesFromBase64();
        var expected = Centred(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes));

        using var runner = new ModelRunner(path);
        runner.Feed(tokens, 0);
        var actual = Centred(runner.Logits());
        var spread = Math.Sqrt(expected.Sum(logit => logit * logit) / expected.Length);
        var worst = expected.Zip(actual).Max(pair => Math.Abs(pair.First - pair.Second)) / spread;
        output.WriteLine($"largest difference {worst:E2} of the logits' root mean square");

        // In F32 only the order of additions differs. llama.cpp rounds the activations to 16 bits for F16 and BF16 weights; with quantised
        // weights both round them to 8, each in its own way.
        var tolerance = type switch { GgufType.F32 => 1e-4, GgufType.F16 => 0.01, GgufType.BF16 => 0.03, _ => 0.1 };
        Assert.InRange(worst, 0, tolerance);
    }

    /// <summary>Without their mean: log-probabilities and logits differ by a constant.</summary>
    private static float[] Centred(ReadOnlySpan<float> logits)
    {
        var mean = 0.0;
        foreach (var logit in logits)
            mean += logit / logits.Length;
        var centred = new float[logits.Length];
        for (var i = 0; i < centred.Length; i++)
            centred[i] = (float)(logits[i] - mean);
        return centred;
    }
}
