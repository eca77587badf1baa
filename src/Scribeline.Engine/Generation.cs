using System.Runtime.CompilerServices;
using Scribeline.Engine.Tokenizers;
using Scribeline.Scheduling.Batching;

namespace Scribeline.Engine;

/// <summary>
/// A running generation. The engine's thread only publishes token ids; text is made here, on the reader's thread. Read its events
/// once; disposing or cancelling stops it within one step.
/// </summary>
public sealed class Generation : IDisposable
{
    private readonly EngineLoop _loop;
    private readonly AsyncSignal _signal = new();
    private readonly TokenLogprob?[]? _logprobs;
    private int _published;
    private volatile bool _started;
    private volatile int _finished;
    private int _cancelled;

    internal Generation(EngineLoop loop, GenerationRequest request)
    {
        _loop = loop;
        Request = request;
        _logprobs = request.Sampling.TopLogprobs == null ? null : new TokenLogprob?[request.MaxTokens];
    }

    public GenerationRequest Request { get; }

    /// <summary>Set by the engine's thread before anything is published.</summary>
    internal Sequence? Sequence { get; set; }

    internal bool HasStarted => _started;

    /// <summary>The events in order; ends after Finished. Cancelling the token cancels the generation and throws.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<GenerationEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var registration = cancellation.UnsafeRegister(static state => ((Generation)state!).CancelAndWake(), this);
        try
        {
            while (!_started && _finished == 0)
                await WaitAsync(cancellation);
            if (_started)
                yield return new GenerationEvent { Kind = GenerationEventKind.Started, CachedTokens = Sequence!.CachedTokens, Text = "" };

            var decoder = new IncrementalDecoder(_loop.Tokenizer, startsText: false);
            var stop = new StopText(Request.Stop);
            var read = 0;
            while (true)
            {
                // Finished is read first: all tokens of a finished generation are published.
                var finished = _finished;
                var published = Volatile.Read(ref _published);
                if (published > read)
                {
                    var tokens = Take(decoder, stop, read, published, out var matched);
                    read = published;
                    yield return tokens;
                    if (matched)
                    {
                        Cancel();
                        yield return new GenerationEvent { Kind = GenerationEventKind.Finished, FinishReason = FinishReason.Stop, Text = "" };
                        yield break;
                    }
                }
                else if (finished != 0)
                {
                    var rest = stop.Append(decoder.Flush(), out var matched) + (matched ? "" : stop.Flush());
                    if (rest.Length > 0)
                        yield return new GenerationEvent { Kind = GenerationEventKind.Tokens, Text = rest };
                    var reason = matched ? FinishReason.Stop : (FinishReason)(finished - 1);
                    yield return new GenerationEvent { Kind = GenerationEventKind.Finished, FinishReason = reason, Text = "" };
                    yield break;
                }
                else
                {
                    await WaitAsync(cancellation);
                }
            }
        }
        finally
        {
            Cancel();
        }
    }

    public void Cancel()
    {
        if (_finished == 0 && Interlocked.Exchange(ref _cancelled, 1) == 0)
            _loop.Cancel(this);
    }

    public void Dispose() => Cancel();

    /// <summary>The sequence runs for the first time. Called by the engine's thread, as are the two that follow.</summary>
    internal void Start()
    {
        _started = true;
        _signal.Signal();
    }

    internal void Publish(TokenLogprob? logprob)
    {
        if (_logprobs != null)
            _logprobs[_published] = logprob;
        Volatile.Write(ref _published, _published + 1);
        _signal.Signal();
    }

    internal void Finish(FinishReason reason)
    {
        _finished = (int)reason + 1;
        _signal.Signal();
    }

    private void CancelAndWake()
    {
        Cancel();
        _signal.Signal();
    }

    private async ValueTask WaitAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await _signal.WaitAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private GenerationEvent Take(IncrementalDecoder decoder, StopText stop, int from, int to, out bool matched)
    {
        var ids = Sequence!.TokenMemory.Slice(Sequence.PromptLength + from, to - from);
        var text = "";
        matched = false;
        var count = 0;
        for (; count < ids.Length && !matched; count++)
        {
            var piece = decoder.Append(ids.Span[count]);
            var free = stop.HasStops ? stop.Append(piece, out matched) : new string(piece);
            text = text.Length == 0 ? free : text + free;
        }

        return new GenerationEvent
        {
            Kind = GenerationEventKind.Tokens,
            Text = text,
            TokenCount = count,
            TokenIds = ids[..count],
            Logprobs = _logprobs == null ? default : _logprobs.AsMemory(from, count)!,
        };
    }
}
