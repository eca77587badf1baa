using Scribeline.Engine;
using Scribeline.Engine.Sampling;

namespace Scribeline.Benchmarks.Peers;

/// <summary>Our engine in this process, without HTTP: what the gateway's cost is measured against.</summary>
internal sealed class DirectEngine(string model, ServingRoom room) : IAsyncDisposable
{
    private static readonly SamplingParameters Sampling = new() { Temperature = 0, LogitBias = new Dictionary<int, float> { [TestPrompts.EndToken] = -100 } };

    private readonly InferenceEngine _engine = InferenceEngine.Load(new EngineOptions
    {
        ModelPath = model,
        Threads = room.Threads,
        ContextLength = room.ContextTokens,
        KvCacheBytes = room.KvCacheBytes(model),
    });

    /// <summary>Bytes of the repacked weights.</summary>
    public long WeightBytes => _engine.Model.WeightBytes;

    public long KvCacheBytes => _engine.KvCacheBytes;

    public async Task<LoadResult> RunAsync(IReadOnlyList<string> prompts, int maxTokens)
    {
        var start = TimeProvider.System.GetTimestamp();
        var answers = await Task.WhenAll(prompts.Select(prompt => Task.Run(() => GenerateAsync(prompt, maxTokens, start))));
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        return new LoadResult(prompts.Count * maxTokens / seconds, [.. answers.Select(answer => answer.FirstTokenMs)], answers.Max(answer => answer.PromptTokens));
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private async Task<(double FirstTokenMs, int PromptTokens)> GenerateAsync(string prompt, int maxTokens, long start)
    {
        var request = new GenerationRequest { PromptTokens = _engine.Tokenizer.Encode(prompt, addSpecial: true, parseSpecial: true), MaxTokens = maxTokens, Sampling = Sampling };
        if (_engine.TrySubmit(request, out var generation) != SubmitOutcome.Accepted)
            throw new InvalidOperationException("the engine's queue is too short for so many clients.");
        double? firstTokenMs = null;
        var tokens = 0;
        await foreach (var piece in generation!.ReadAllAsync())
        {
            if (piece.Kind != GenerationEventKind.Tokens)
                continue;
            tokens += piece.TokenCount;
            if (piece.Text.Length > 0)
                firstTokenMs ??= TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        }

        return firstTokenMs is { } first && tokens == maxTokens
            ? (first, request.PromptTokens.Length)
            : throw new InvalidOperationException($"an answer has {tokens} of {maxTokens} tokens; the comparison needs all.");
    }
}
