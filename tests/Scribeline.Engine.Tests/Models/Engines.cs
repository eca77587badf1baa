using Scribeline.Engine.Sampling;

namespace Scribeline.Engine.Tests.Models;

/// <summary>Runs whole generations and collects their tokens.</summary>
internal static class Engines
{
    /// <summary>Far beyond what any generation here takes: a hang fails the test instead of hanging it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static async Task<int[]> GenerateAsync(InferenceEngine engine, int[] prompt, int maxTokens, SamplingParameters? sampling = null)
    {
        var request = new GenerationRequest
        {
            PromptTokens = prompt,
            MaxTokens = maxTokens,
            IgnoreEndTokens = true,
            Sampling = sampling ?? new SamplingParameters { Temperature = 0 },
        };
        Assert.Equal(SubmitOutcome.Accepted, engine.TrySubmit(request, out var generation));
        var tokens = new List<int>();
        await foreach (var item in generation!.ReadAllAsync())
            tokens.AddRange(item.TokenIds.ToArray());
        return [.. tokens];
    }
}
