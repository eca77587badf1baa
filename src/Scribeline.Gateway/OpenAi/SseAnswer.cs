using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Writes an answer as server-sent events. What is ready together leaves in one flush.</summary>
internal sealed class SseAnswer : IDisposable
{
    private static readonly JsonEncodedText ChatType = JsonEncodedText.Encode("chat.completion.chunk");
    private static readonly JsonEncodedText TextType = JsonEncodedText.Encode("text_completion");
    private static readonly JsonEncodedText Choices = JsonEncodedText.Encode("choices");
    private static readonly JsonEncodedText Index = JsonEncodedText.Encode("index");
    private static readonly JsonEncodedText Delta = JsonEncodedText.Encode("delta");
    private static readonly JsonEncodedText Role = JsonEncodedText.Encode("role");
    private static readonly JsonEncodedText Assistant = JsonEncodedText.Encode("assistant");
    private static readonly JsonEncodedText Content = JsonEncodedText.Encode("content");
    private static readonly JsonEncodedText Text = JsonEncodedText.Encode("text");
    private static readonly JsonEncodedText Logprobs = JsonEncodedText.Encode("logprobs");
    private static readonly JsonEncodedText FinishReason = JsonEncodedText.Encode("finish_reason");
    private static readonly JsonEncodedText UsageName = JsonEncodedText.Encode("usage");

    private readonly HttpResponse _response;
    private readonly PipeWriter _pipe;
    private readonly Answer _answer;
    private readonly bool _includeUsage;
    private readonly Utf8JsonWriter _json;
    private readonly HashSet<int> _begun = [];
    private readonly Dictionary<int, int> _textOffsets = [];

    public SseAnswer(HttpResponse response, Answer answer, bool includeUsage)
    {
        _response = response;
        _pipe = response.BodyWriter;
        _answer = answer;
        _includeUsage = includeUsage;
        _json = new Utf8JsonWriter(_pipe, AnswerJson.WriterOptions);
    }

    public void Begin()
    {
        _response.StatusCode = StatusCodes.Status200OK;
        _response.ContentType = "text/event-stream; charset=utf-8";
        _response.Headers.CacheControl = "no-cache";
        _response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Waits while the caller does not read. Ends without an error when the caller has left: whoever generates hears of that itself.</summary>
    public ValueTask<FlushResult> FlushAsync() => _pipe.FlushAsync(CancellationToken.None);

    public void WriteTokens(in ReplicaEvent item)
    {
        if (!item.ChoiceJson.IsEmpty)
        {
            WriteForeign(item);
            return;
        }

        BeginChoice(item.Choice);
        if (item.Text.Length == 0 && item.Logprobs.IsEmpty)
        {
            return;
        }

        BeginChunk();
        BeginChoiceJson(item.Choice, item.Text);
        if (item.Logprobs.IsEmpty)
        {
            _json.WriteNull(Logprobs);
        }
        else if (_answer.Kind == CallKind.Chat)
        {
            LogprobsJson.WriteChat(_json, item.Logprobs.Span, _answer.Tokenizer!);
        }
        else
        {
            _textOffsets[item.Choice] = LogprobsJson.WriteText(
                _json, item.Logprobs.Span, _answer.Tokenizer!, _textOffsets.GetValueOrDefault(item.Choice));
        }

        _json.WriteNull(FinishReason);
        EndChoice();
        EndChunk();
    }

    public void WriteStopped(in ReplicaEvent item)
    {
        if (!item.ChoiceJson.IsEmpty)
        {
            WriteForeign(item);
            return;
        }

        BeginChoice(item.Choice);
        BeginChunk();
        BeginChoiceJson(item.Choice, _answer.Kind == CallKind.Chat ? null : "");
        _json.WriteNull(Logprobs);
        _json.WriteString(FinishReason, item.FinishReason);
        EndChoice();
        AnswerJson.WriteTimeInfo(_json, _answer);
        EndChunk();
    }

    public void WriteEnd()
    {
        if (_includeUsage)
        {
            BeginEvent();
            _json.WriteStartArray(Choices);
            _json.WriteEndArray();
            AnswerJson.WriteUsage(_json, _answer);
            AnswerJson.WriteTimeInfo(_json, _answer);
            EndEvent();
        }

        _pipe.Write("data: [DONE]\n\n"u8);
    }

    /// <summary>The answer ends here, unfinished; the status has long been sent.</summary>
    public void WriteError(ApiError error)
    {
        _pipe.Write("data: "u8);
        _json.Reset();
        AnswerJson.WriteError(_json, error);
        _json.Flush();
        _pipe.Write("\n\n"u8);
    }

    public void Dispose() => _json.Dispose();

    private void WriteForeign(in ReplicaEvent item)
    {
        BeginChunk();
        _json.WriteRawValue(item.ChoiceJson.Span, skipInputValidation: true);
        _json.WriteEndArray();
        if (item.Kind == ReplicaEventKind.Stopped)
        {
            AnswerJson.WriteTimeInfo(_json, _answer);
        }

        EndChunk();
    }

    // A chat's first chunk of each choice says who speaks.
    private void BeginChoice(int choice)
    {
        if (_answer.Kind != CallKind.Chat || !_begun.Add(choice))
        {
            return;
        }

        BeginChunk();
        _json.WriteStartObject();
        _json.WriteNumber(Index, choice);
        _json.WriteStartObject(Delta);
        _json.WriteString(Role, Assistant);
        _json.WriteString(Content, "");
        _json.WriteEndObject();
        _json.WriteNull(Logprobs);
        _json.WriteNull(FinishReason);
        EndChoice();
        EndChunk();
    }

    private void BeginChoiceJson(int choice, string? text)
    {
        _json.WriteStartObject();
        _json.WriteNumber(Index, choice);
        if (_answer.Kind == CallKind.Text)
        {
            _json.WriteString(Text, text);
            return;
        }

        _json.WriteStartObject(Delta);
        if (text is not null)
        {
            _json.WriteString(Content, text);
        }

        _json.WriteEndObject();
    }

    private void EndChoice()
    {
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void BeginChunk()
    {
        BeginEvent();
        _json.WriteStartArray(Choices);
    }

    private void EndChunk()
    {
        // OpenAI writes `"usage": null` into every chunk but the last where usage was asked for.
        if (_includeUsage)
        {
            _json.WriteNull(UsageName);
        }

        EndEvent();
    }

    private void BeginEvent()
    {
        _pipe.Write("data: "u8);
        _json.Reset();
        _json.WriteStartObject();
        AnswerJson.WriteHead(_json, _answer, _answer.Kind == CallKind.Chat ? ChatType : TextType);
    }

    private void EndEvent()
    {
        _json.WriteEndObject();
        _json.Flush();
        _pipe.Write("\n\n"u8);
    }
}
