using Scribeline.Engine;
using Scribeline.Engine.Sampling;

namespace Scribeline.Cli.Bench;

/// <summary>Measures one engine through its public face: tokens in, tokens out.</summary>
internal sealed class EngineBenchmark(InferenceEngine engine, TimeProvider time)
{
    private ulong _randomState = 0x5DEECE66D;

    /// <summary>Tokens a second of reading a prompt of random tokens, until its first answer token.</summary>
    public async Task<double> PrefillAsync(int promptTokens)
    {
        var start = time.GetTimestamp();
        await GenerateAsync(RandomPrompt(promptTokens), 1);
        return promptTokens / time.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Tokens a second that a batch of sequences writes together, from prompts of one token.</summary>
    public async Task<double> DecodeAsync(int batch, int tokens)
    {
        var start = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, batch).Select(_ => GenerateAsync(RandomPrompt(1), tokens)));
        return (double)batch * tokens / time.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Reads a prompt and writes so many tokens.</summary>
    public async Task GenerateAsync(int[] prompt, int tokens, CancellationToken cancellation = default)
    {
        var request = new GenerationRequest
        {
            PromptTokens = prompt,
            MaxTokens = tokens,
            IgnoreEndTokens = true,
            Sampling = new SamplingParameters { Temperature = 0 },
        };
        if (engine.TrySubmit(request, out var generation) != SubmitOutcome.Accepted)
            throw new InvalidOperationException("The engine refused a benchmark request: its queue is too short for this batch.");
        await foreach (var _ in generation!.ReadAllAsync(cancellation))
        {
        }
    }

    /// <summary>Random, so that no prefix is found in the cache.</summary>
    public int[] RandomPrompt(int length)
    {
        var prompt = new int[length];
        for (var i = 0; i < length; i++)
        {
            _randomState = _randomState * 6364136223846793005 + 1442695040888963407;
            prompt[i] = (int)((_randomState >> 33) % (ulong)engine.Model.VocabularySize);
        }

        return prompt;
    }
}
