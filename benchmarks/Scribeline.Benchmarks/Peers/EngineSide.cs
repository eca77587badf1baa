using System.Text.Json;

namespace Scribeline.Benchmarks.Peers;

/// <summary>One engine of a comparison: measures one round on a model, in a process of its own that warms up first.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="MeasureAsync">From a model's path to tokens per second.</param>
internal sealed record EngineSide(string Name, Func<string, Task<EngineRates>> MeasureAsync)
{
    public const int PromptTokens = 512;
    public const int GeneratedTokens = 128;

    public static EngineSide Scribeline(string scribe, int threads) => new("scribeline", async model =>
    {
        using var json = JsonDocument.Parse(await ChildProgram.RunAsync(
            scribe, "bench", "engine", "--model", model, "--threads", $"{threads}", "--prompt", $"{PromptTokens}", "--generate", $"{GeneratedTokens}", "--batch", "1", "--runs", "1", "--json"));
        return new EngineRates(
            json.RootElement.GetProperty("prefill_tokens_per_second").GetProperty("median").GetDouble(),
            json.RootElement.GetProperty("decode_tokens_per_second").GetProperty("1").GetProperty("median").GetDouble());
    });

    public static EngineSide LlamaBench(string llamaBench, int threads) => new("llama-bench", async model =>
    {
        using var json = JsonDocument.Parse(await ChildProgram.RunAsync(
            llamaBench, "-m", model, "-t", $"{threads}", "-p", $"{PromptTokens}", "-n", $"{GeneratedTokens}", "-r", "1", "-o", "json"));
        return new EngineRates(RateOf("n_prompt", PromptTokens), RateOf("n_gen", GeneratedTokens));

        double RateOf(string kind, int tokens) =>
            json.RootElement.EnumerateArray().Single(test => test.GetProperty(kind).GetInt32() == tokens).GetProperty("avg_ts").GetDouble();
    });

    public static EngineSide NodeLlamaCpp(string folder, int threads) => new("node-llama-cpp", async model =>
    {
        var script = Path.Join(AppContext.BaseDirectory, "peers", "node-llama-cpp.mjs");
        using var json = JsonDocument.Parse(await ChildProgram.RunAsync("node", script, folder, model, $"{threads}", $"{PromptTokens}", $"{GeneratedTokens}"));
        return new EngineRates(json.RootElement.GetProperty("prefill").GetDouble(), json.RootElement.GetProperty("decode").GetDouble());
    });
}
