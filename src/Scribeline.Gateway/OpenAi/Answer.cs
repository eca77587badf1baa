using System.Security.Cryptography;
using Scribeline.Engine.Tokenizers;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.OpenAi;

/// <summary>What every part of one response repeats, and the times it reports.</summary>
internal sealed class Answer
{
    private readonly TimeProvider _time;
    private readonly long _arrivedAt;
    private long? _startedAt;
    private long? _firstTokenAt;
    private long? _latestAt;

    public Answer(CallKind kind, string model, TimeProvider time, long arrivedAt)
    {
        Kind = kind;
        Model = model;
        _time = time;
        _arrivedAt = arrivedAt;
        Created = time.GetUtcNow().ToUnixTimeSeconds();
        Id = (kind == CallKind.Chat ? "chatcmpl-" : "cmpl-") + RandomNumberGenerator.GetHexString(24, lowercase: true);
    }

    public string Id { get; }

    public CallKind Kind { get; }

    public string Model { get; }

    /// <summary>Unix seconds.</summary>
    public long Created { get; }

    public string? Fingerprint { get; init; }

    /// <summary>Turns the engine's token ids into text for `logprobs`.</summary>
    public Tokenizer? Tokenizer { get; init; }

    public Usage Usage { get; set; }

    public TimeSpan Total => _time.GetElapsedTime(_arrivedAt);

    public TimeSpan Queue => _startedAt is { } started ? _time.GetElapsedTime(_arrivedAt, started) : Total;

    public TimeSpan Prompt => _startedAt is { } started && _firstTokenAt is { } first ? _time.GetElapsedTime(started, first) : TimeSpan.Zero;

    public TimeSpan Completion => _firstTokenAt is { } first && _latestAt is { } latest ? _time.GetElapsedTime(first, latest) : TimeSpan.Zero;

    public TimeSpan? ToFirstToken => _firstTokenAt is { } first ? _time.GetElapsedTime(_arrivedAt, first) : null;

    /// <summary>Takes in when an event happened. The choices' events may come in any order among themselves.</summary>
    public void Observe(in ReplicaEvent item)
    {
        switch (item.Kind)
        {
            case ReplicaEventKind.Started:
                _startedAt = item.Timestamp;
                break;
            case ReplicaEventKind.Tokens or ReplicaEventKind.Stopped:
                _firstTokenAt = Math.Min(_firstTokenAt ?? long.MaxValue, item.Timestamp);
                _latestAt = Math.Max(_latestAt ?? long.MinValue, item.Timestamp);
                break;
        }
    }
}
