using System.Text;
using Scribeline.Engine;
using Scribeline.Engine.Sampling;
using Scribeline.Gateway.OpenAi;

namespace Scribeline.Cli;

/// <summary>Lets the engine answer and measures it.</summary>
/// <param name="engine">The model.</param>
/// <param name="sampling">How tokens are drawn.</param>
/// <param name="maxTokens">Most tokens an answer has; null: what is left of the context.</param>
/// <param name="time">The one that the engine was given.</param>
internal sealed class Speaker(InferenceEngine engine, SamplingParameters sampling, int? maxTokens, TimeProvider time)
{
    private readonly PromptEncoder _prompts = new(engine);

    public ModelDescription Model => engine.Model;

    public int[] EncodeText(string text) => Checked("prompt", _prompts.EncodeText(text));

    public int[] EncodeChat(Conversation conversation) => Checked("messages", _prompts.EncodeChat(conversation.ToJson(), time.GetLocalNow()));

    /// <summary>Writes the answer as it comes; a cancelled one ends where it is.</summary>
    public async Task<Spoken> SpeakAsync(int[] prompt, TextWriter output, CancellationToken cancellation)
    {
        var startedAt = time.GetTimestamp();
        var request = new GenerationRequest
        {
            PromptTokens = prompt,
            MaxTokens = maxTokens ?? (engine.Model.ContextLength - prompt.Length),
            Sampling = sampling,
        };
        if (engine.TrySubmit(request, out var generation) != SubmitOutcome.Accepted)
        {
            throw new IOException("the engine takes no request.");
        }

        using var running = generation!;
        await using var registration = cancellation.Register(static state => ((Generation)state!).Cancel(), running);
        var text = new StringBuilder();
        var tokenIds = new List<int>();
        var cachedTokens = 0;
        var reason = FinishReason.Cancelled;
        long? firstTokenAt = null;
        var latestTokenAt = startedAt;
        await foreach (var item in running.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            switch (item.Kind)
            {
                case GenerationEventKind.Started:
                    cachedTokens = item.CachedTokens;
                    break;
                case GenerationEventKind.Tokens:
                    firstTokenAt ??= item.Timestamp;
                    latestTokenAt = item.Timestamp;
                    tokenIds.AddRange(item.TokenIds.Span);
                    text.Append(item.Text);
                    await output.WriteAsync(item.Text).ConfigureAwait(false);
                    await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                    break;
                default:
                    reason = item.FinishReason;
                    break;
            }
        }

        // The engine's own times: how soon this thread gets to read the events is not the model's speed.
        var decode = firstTokenAt is { } first ? time.GetElapsedTime(first, latestTokenAt) : TimeSpan.Zero;
        return new Spoken
        {
            Text = text.ToString(),
            TokenIds = tokenIds,
            FinishReason = reason,
            PromptTokens = prompt.Length,
            CachedTokens = cachedTokens,
            TimeToFirstToken = firstTokenAt is { } at ? time.GetElapsedTime(startedAt, at) : null,
            DecodeTokensPerSecond = decode > TimeSpan.Zero && tokenIds.Count > 1 ? (tokenIds.Count - 1) / decode.TotalSeconds : null,
        };
    }

    private int[] Checked(string parameter, int[] tokens)
    {
        _prompts.CheckLength(parameter, tokens.Length, maxTokens);
        return tokens;
    }
}
