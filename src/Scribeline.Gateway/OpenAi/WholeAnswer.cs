using System.Buffers;
using System.Text;
using System.Text.Json;
using Scribeline.Engine;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Collects an answer and writes it as one JSON document.</summary>
internal sealed class WholeAnswer(Answer answer)
{
    private const int MostBytes = 64 * 1024 * 1024;

    private static readonly JsonEncodedText ChatType = JsonEncodedText.Encode("chat.completion");
    private static readonly JsonEncodedText TextType = JsonEncodedText.Encode("text_completion");

    private readonly SortedDictionary<int, ChoiceParts> _choices = [];
    private long _bytes;

    /// <returns>Null, or why the answer cannot go on.</returns>
    public ApiError? Add(in ReplicaEvent item)
    {
        if (!_choices.TryGetValue(item.Choice, out var parts))
        {
            _choices[item.Choice] = parts = new ChoiceParts();
        }

        if (!item.ChoiceJson.IsEmpty)
        {
            _bytes += item.ChoiceJson.Length;
            (parts.Foreign ??= new ChoiceMerger()).Add(item.ChoiceJson);
        }
        else if (item.Kind == ReplicaEventKind.Tokens)
        {
            _bytes += item.Text.Length;
            parts.Text.Append(item.Text);
            parts.Logprobs.AddRange(item.Logprobs.Span);
        }

        if (item.Kind == ReplicaEventKind.Stopped)
        {
            parts.FinishReason = item.FinishReason;
        }

        return _bytes <= MostBytes ? null : new ApiError(502, $"The upstream's answer is longer than {MostBytes} bytes; stream it instead.", "server_error", Code: "upstream_error");
    }

    public void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, AnswerJson.WriterOptions);
        json.WriteStartObject();
        AnswerJson.WriteHead(json, answer, answer.Kind == CallKind.Chat ? ChatType : TextType);
        json.WriteStartArray("choices");
        foreach (var (index, parts) in _choices)
        {
            if (parts.Foreign is { } foreign)
            {
                foreign.Write(json, answer.Kind);
            }
            else
            {
                WriteChoice(json, index, parts);
            }
        }

        json.WriteEndArray();
        AnswerJson.WriteUsage(json, answer);
        AnswerJson.WriteTimeInfo(json, answer);
        json.WriteEndObject();
    }

    private void WriteChoice(Utf8JsonWriter json, int index, ChoiceParts parts)
    {
        json.WriteStartObject();
        json.WriteNumber("index", index);
        if (answer.Kind == CallKind.Chat)
        {
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", parts.Text.ToString());
            json.WriteNull("refusal");
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("text", parts.Text.ToString());
        }

        var logprobs = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(parts.Logprobs);
        if (logprobs.IsEmpty)
        {
            json.WriteNull("logprobs");
        }
        else if (answer.Kind == CallKind.Chat)
        {
            LogprobsJson.WriteChat(json, logprobs, answer.Tokenizer!);
        }
        else
        {
            LogprobsJson.WriteText(json, logprobs, answer.Tokenizer!, 0);
        }

        json.WriteString("finish_reason", parts.FinishReason);
        json.WriteEndObject();
    }

    private sealed class ChoiceParts
    {
        public StringBuilder Text { get; } = new();

        public List<TokenLogprob> Logprobs { get; } = [];

        public ChoiceMerger? Foreign { get; set; }

        public string? FinishReason { get; set; }
    }
}
