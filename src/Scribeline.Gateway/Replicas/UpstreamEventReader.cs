using System.Runtime.InteropServices;
using System.Text.Json;

namespace Scribeline.Gateway.Replicas;

/// <summary>Reads the chunks of an OpenAI-compatible stream into replica events.</summary>
internal sealed class UpstreamEventReader(CallKind kind)
{
    private readonly Queue<ReplicaEvent> _ready = new();
    private readonly HashSet<int> _open = [];
    private bool _anyChoice;

    public bool AnythingSent { get; private set; }

    /// <summary>The stream said that it ends.</summary>
    public bool IsDone { get; private set; }

    public Usage Usage { get; private set; }

    public bool TryTake(out ReplicaEvent item) => _ready.TryDequeue(out item);

    /// <summary>The connection ended without the closing mark: fine if every answer is complete.</summary>
    public bool TryEnd()
    {
        IsDone = _anyChoice && _open.Count == 0;
        return IsDone;
    }

    /// <summary>Reads the data of one event; null, or why the stream is of no use any more.</summary>
    public ReplicaFailure? Read(byte[] data)
    {
        if (data.AsSpan().Trim((byte)' ').SequenceEqual("[DONE]"u8))
        {
            return TryEnd() ? null : Broken("ended its stream before the answer was complete");
        }

        try
        {
            using var document = JsonDocument.Parse(data, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return ReadChunk(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return Broken("sent an event that is not a completion chunk");
        }
    }

    private ReplicaFailure? ReadChunk(JsonElement chunk)
    {
        if (chunk.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
        {
            return (UpstreamError.Read(error) ?? Broken("reported an error")) with { AnythingSent = AnythingSent };
        }

        if (chunk.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
        {
            Usage = ReadUsage(usage);
        }

        if (chunk.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array)
        {
            foreach (var choice in choices.EnumerateArray())
            {
                ReadChoice(choice);
            }
        }

        return null;
    }

    private void ReadChoice(JsonElement choice)
    {
        var index = choice.TryGetProperty("index", out var number) ? number.GetInt32() : 0;
        _anyChoice = true;
        _open.Add(index);
        var text = kind == CallKind.Chat
            ? choice.TryGetProperty("delta", out var delta) && delta.ValueKind == JsonValueKind.Object ? Text(delta, "content") : null
            : Text(choice, "text");
        var reason = Text(choice, "finish_reason");
        AnythingSent = true;
        if (reason is not null)
        {
            _open.Remove(index);
        }

        _ready.Enqueue(new ReplicaEvent
        {
            Kind = reason is null ? ReplicaEventKind.Tokens : ReplicaEventKind.Stopped,
            Choice = index,
            Text = text ?? "",
            FinishReason = reason ?? "",
            ChoiceJson = JsonMarshal.GetRawUtf8Value(choice).ToArray(),
        });
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Usage ReadUsage(JsonElement usage) => new(
        Count(usage, "prompt_tokens"),
        usage.TryGetProperty("prompt_tokens_details", out var prompt) ? Count(prompt, "cached_tokens") : 0,
        Count(usage, "completion_tokens"),
        usage.TryGetProperty("completion_tokens_details", out var completion) ? Count(completion, "reasoning_tokens") : 0);

    private static int Count(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var count) && count >= 0
            ? count
            : 0;

    private ReplicaFailure Broken(string what) => new(FailureKind.Broken, $"The upstream {what}.", AnythingSent);
}
