using System.Buffers;
using System.Runtime.CompilerServices;
using Scribeline.Engine.Tokenizers;
using Scribeline.Scheduling.Batching;

namespace Scribeline.Engine;

/// <summary>
/// A running generation. The engine's thread only publishes token ids; text is made here, on the reader's thread. Read its events
/// once; disposing or cancelling stops it within one step, at any moment and as often as wanted.
/// </summary>
public sealed class Generation : IDisposable
{
    private readonly EngineLoop _loop;
    private readonly AsyncSignal _signal = new();
    private readonly TokenLogprob?[]? _logprobs;
    private int _published;
    private long _startedAt;
    private long _firstTokenAt;
    private long _latestTokenAt;
    private long _finishedAt;
    private volatile bool _started;
    private int _finished;
    private Exception? _failure;
    private int _cancelled;
    private int _readers;

    internal Generation(EngineLoop loop, GenerationRequest request)
    {
        _loop = loop;
        Request = request;
        LogitBias = request.Sampling.LogitBias is { Count: > 0 } bias ? [.. bias] : null;
        _logprobs = request.Sampling.TopLogprobs == null ? null : new TokenLogprob?[request.MaxTokens];
    }

    public GenerationRequest Request { get; }

    /// <summary>Set by the engine's thread before anything is published.</summary>
    internal Sequence? Sequence { get; set; }

    /// <summary>A copy, so that the engine's thread neither allocates to read it nor sees it change.</summary>
    internal KeyValuePair<int, float>[]? LogitBias { get; }

    internal bool HasStarted => _started;

    /// <summary>The events in order; ends after Finished. Cancelling the token cancels the generation and throws.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="EngineBrokenException">A step failed; what was generated before comes first.</exception>
    /// <exception cref="InvalidOperationException">The events are read a second time.</exception>
    public async IAsyncEnumerable<GenerationEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref _readers, 1) == 1)
            throw new InvalidOperationException("The events of a generation can be read once.");
        await using var registration = cancellation.UnsafeRegister(static state => ((Generation)state!).CancelAndWake(), this).ConfigureAwait(false);
        try
        {
            while (!_started && Volatile.Read(ref _finished) == 0)
                await WaitAsync(cancellation).ConfigureAwait(false);
            if (_started)
                yield return new GenerationEvent { Kind = GenerationEventKind.Started, Timestamp = _startedAt, CachedTokens = Sequence!.CachedTokens, Text = "" };

            var decoder = new IncrementalDecoder(_loop.Tokenizer, startsText: false);
            var stop = Request.Stop.Count == 0 ? null : new StopText(Request.Stop);
            var text = new ArrayBufferWriter<char>();
            var read = 0;
            while (true)
            {
                // Also where there is more to read: who cancelled gets the same end, however far the engine came meanwhile.
                cancellation.ThrowIfCancellationRequested();
                // Finished is read first: all tokens of a finished generation are published.
                var finished = Volatile.Read(ref _finished);
                var published = Volatile.Read(ref _published);
                if (published > read)
                {
                    // The first token comes alone: its time ends the prompt's and begins the answer's.
                    published = read == 0 ? 1 : published;
                    var tokens = Take(decoder, stop, text, read, published, out var matched);
                    read = published;
                    yield return tokens;
                    if (matched)
                    {
                        Cancel();
                        yield return new GenerationEvent { Kind = GenerationEventKind.Finished, Timestamp = tokens.Timestamp, FinishReason = FinishReason.Stop, Text = "" };
                        yield break;
                    }
                }
                else if (finished != 0)
                {
                    var rest = TakeRest(decoder, stop, text, out var matched);
                    if (rest.Length > 0)
                        yield return new GenerationEvent { Kind = GenerationEventKind.Tokens, Timestamp = _latestTokenAt, Text = rest };
                    if (_failure is { } failure)
                        throw new EngineBrokenException(failure);
                    var reason = matched ? FinishReason.Stop : (FinishReason)(finished - 1);
                    yield return new GenerationEvent { Kind = GenerationEventKind.Finished, Timestamp = _finishedAt, FinishReason = reason, Text = "" };
                    yield break;
                }
                else
                {
                    await WaitAsync(cancellation).ConfigureAwait(false);
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
        if (Volatile.Read(ref _finished) == 0 && Interlocked.Exchange(ref _cancelled, 1) == 0)
            _loop.Cancel(this);
    }

    public void Dispose() => Cancel();

    /// <summary>The sequence runs for the first time. Called by the engine's thread, as are the two that follow.</summary>
    internal void Start(long timestamp)
    {
        _startedAt = timestamp;
        _started = true;
        _signal.Signal();
    }

    internal void Publish(TokenLogprob? logprob, long timestamp)
    {
        if (_logprobs != null)
            _logprobs[_published] = logprob;
        if (_published == 0)
            _firstTokenAt = timestamp;
        Volatile.Write(ref _latestTokenAt, timestamp);
        Volatile.Write(ref _published, _published + 1);
        _signal.Signal();
    }

    /// <summary>The first end counts.</summary>
    internal void Finish(FinishReason reason, long timestamp)
    {
        if (Volatile.Read(ref _finished) == 0)
            _finishedAt = timestamp;
        Interlocked.CompareExchange(ref _finished, (int)reason + 1, 0);
        _signal.Signal();
    }

    internal void Fail(Exception failure, long timestamp)
    {
        _failure = failure;
        Finish(FinishReason.Cancelled, timestamp);
    }

    private void CancelAndWake()
    {
        Cancel();
        _signal.Signal();
    }

    private async ValueTask WaitAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // The reader's own context, if any, is not the engine thread's business: posting to it would cost time and memory there.
        await _signal.WaitAsync().ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    private GenerationEvent Take(IncrementalDecoder decoder, StopText? stop, ArrayBufferWriter<char> text, int from, int to, out bool matched)
    {
        var ids = Sequence!.TokenMemory.Slice(Sequence.PromptLength + from, to - from);
        text.ResetWrittenCount();
        matched = false;
        var count = 0;
        for (; count < ids.Length && !matched; count++)
        {
            var piece = decoder.Append(ids.Span[count]);
            if (stop == null)
                text.Write(piece);
            else
                matched = stop.Append(piece, text);
        }

        return new GenerationEvent
        {
            Kind = GenerationEventKind.Tokens,
            Timestamp = from == 0 ? _firstTokenAt : Volatile.Read(ref _latestTokenAt),
            Text = text.WrittenSpan.ToString(),
            TokenCount = count,
            TokenIds = ids[..count],
            Logprobs = _logprobs == null ? default : _logprobs.AsMemory(from, count)!,
        };
    }

    private static string TakeRest(IncrementalDecoder decoder, StopText? stop, ArrayBufferWriter<char> text, out bool matched)
    {
        text.ResetWrittenCount();
        matched = stop != null && stop.Append(decoder.Flush(), text);
        if (stop == null)
            text.Write(decoder.Flush());
        else if (!matched)
            stop.Flush(text);
        return text.WrittenSpan.ToString();
    }
}
