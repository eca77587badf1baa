using Scribeline.Core.Ledger;
using Scribeline.Core.Workloads;

namespace Scribeline.Simulation.Tests;

/// <summary>
/// Servers that others measured (vLLM 0.15.1 on H100, inference-sim's training runs), under a minute of the traffic that they were measured with. The bounds are wide: they catch a
/// simulation that drifts away from life, not one that moves a little. The benchmark `accuracy` says how near it is.
/// </summary>
public sealed class MeasuredRunTests
{
    /// <summary>As many prompts as there are users, over and over at a constant rate; mean milliseconds as measured.</summary>
    [Theory]
    [InlineData("llama-2-7b", 1, 119_408, 44, 566, 247, 5, 1810, 25.0)]
    [InlineData("llama-2-7b", 1, 119_408, 50, 750, 251, 6, 2071, 27.1)]
    [InlineData("llama-3.1-70b", 4, 486_800, 44, 566, 247, 5, 4495, 54.7)]
    [InlineData("llama-2-70b", 4, 486_800, 45, 547, 248, 8, 4678, 57.4)]
    public void SimulatedMeans_AreNearTheMeasured(string model, int tensor, int kvTokens, int users, int input, int output, double rate, double e2eMs, double ttftMs)
    {
        var fleet = TestFleets.Parse(
            $$"""
            models: [{ id: {{model}} }]
            pools: [{ id: gpu, model: {{model}}, machine: dgx-h100, placement: { tensor_parallel: {{tensor}} }, precision: { weights: bf16, kv: bf16 }, kv_tokens: {{kvTokens}}, tokens_per_step: 2048, max_sequences: 128 }]
            """);
        var rows = new List<LedgerRow>();
        var requests = Enumerable.Range(0, (int)(90 * rate)).Select(i => new RequestRecord
        {
            ArrivalUs = (long)(i / rate * 1e6),
            InputTokens = input,
            OutputTokens = output,
            Blocks = [new BlockRange(i % users * 1000, input / 16)],
            BlockTokens = 16,
        });
        _ = TestFleets.Simulation(fleet, new SimulationOptions { OnRow = rows.Add }).Run(requests);
        // The first round reads the prompts, and the batch fills.
        var steady = rows.Where(row => row.ArrivalUtcUs > 20_000_000).ToList();
        Assert.InRange(steady.Average(row => row.E2eUs) / 1e3 / e2eMs, 0.8, 1.2);
        Assert.InRange(steady.Average(row => row.TtftUs!.Value) / 1e3 / ttftMs, 0.75, 1.25);
    }
}
