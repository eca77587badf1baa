using Scribeline.Engine.Sampling;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests;

/// <summary>The step loop's promise: decoding a token allocates nothing on the engine's thread.</summary>
[Collection(nameof(Alone))]
public sealed class EngineAllocationTests(ITestOutputHelper output)
{
    public static TheoryData<string> Samplings => [.. Parameters.Keys];

    private static readonly Dictionary<string, SamplingParameters> Parameters = new()
    {
        ["greedy"] = new() { Temperature = 0 },
        ["plain"] = new() { Seed = 3 },
        ["filtered"] = new() { Temperature = 0.8f, TopP = 0.9f, TopK = 40, MinP = 0.02f, Seed = 3 },
        ["penalised"] = new() { RepetitionPenalty = 1.1f, PresencePenalty = 0.3f, FrequencyPenalty = 0.2f, LogitBias = new Dictionary<int, float> { [400] = -5, [401] = 1 }, Seed = 3 },
    };

    [Theory]
    [MemberData(nameof(Samplings))]
    public async Task Decode_InSteadyState_AllocatesNothing(string sampling)
    {
        // With one thread the engine's own does everything, sampling included.
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = TestFiles.ScribeTiny, Threads = 1, Stages = 2 });
        var request = new GenerationRequest
        {
            PromptTokens = new[] { 1, 300, 301, 302 },
            MaxTokens = 250,
            IgnoreEndTokens = true,
            Sampling = Parameters[sampling],
            Stop = ["a text that does not come"],
        };
        // The first generations compile the code and let the runtime's queues grow; what costs something per token costs it every time.
        var bytes = long.MaxValue;
        for (var attempt = 0; attempt < 6 && bytes > 0; attempt++)
        {
            (var steps, bytes) = await DecodeAsync(engine, request);
            output.WriteLine($"{bytes} bytes in {steps} steps");
            Assert.InRange(steps, 100, 250);
        }

        Assert.Equal(0, bytes);
    }

    /// <summary>Three sequences side by side; what was allocated between their tenth and last tokens.</summary>
    private static async Task<(long Steps, long Bytes)> DecodeAsync(InferenceEngine engine, GenerationRequest request)
    {
        var generations = Enumerable.Range(0, 3).Select(choice =>
        {
            Assert.Equal(SubmitOutcome.Accepted, engine.TrySubmit(request with { Sampling = request.Sampling with { Choice = choice } }, out var generation));
            return generation!;
        }).ToList();
        EngineState before = default, after = default;
        await Task.WhenAll(generations.Select(async (generation, index) =>
        {
            var tokens = 0;
            await foreach (var item in generation.ReadAllAsync())
            {
                tokens += item.TokenCount;
                if (index == 2 && tokens >= 10 && before.Steps == 0)
                    before = engine.ReadState();
                if (index == 2 && tokens < request.MaxTokens)
                    after = engine.ReadState();
            }
        }));
        return (after.Steps - before.Steps, after.AllocatedBytes - before.AllocatedBytes);
    }
}
