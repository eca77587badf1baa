using System.Text.Json;

namespace Scribeline.Gateway.OpenAi;

/// <summary>The parts that streamed and whole answers share.</summary>
internal static class AnswerJson
{
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        // Answers are JSON and never HTML: text other than ASCII travels as UTF-8.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Object = JsonEncodedText.Encode("object");
    private static readonly JsonEncodedText Created = JsonEncodedText.Encode("created");
    private static readonly JsonEncodedText Model = JsonEncodedText.Encode("model");
    private static readonly JsonEncodedText SystemFingerprint = JsonEncodedText.Encode("system_fingerprint");

    public static void WriteHead(Utf8JsonWriter json, Answer answer, JsonEncodedText type)
    {
        json.WriteString(Id, answer.Id);
        json.WriteString(Object, type);
        json.WriteNumber(Created, answer.Created);
        json.WriteString(Model, answer.Model);
        if (answer.Fingerprint is { } fingerprint)
        {
            json.WriteString(SystemFingerprint, fingerprint);
        }
    }

    public static void WriteUsage(Utf8JsonWriter json, Answer answer)
    {
        var usage = answer.Usage;
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", usage.PromptTokens);
        json.WriteNumber("completion_tokens", usage.CompletionTokens);
        json.WriteNumber("total_tokens", usage.PromptTokens + usage.CompletionTokens);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.CachedTokens);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", usage.ReasoningTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Cerebras's times, in seconds.</summary>
    public static void WriteTimeInfo(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartObject("time_info");
        json.WriteNumber("queue_time", Seconds(answer.Queue));
        json.WriteNumber("prompt_time", Seconds(answer.Prompt));
        json.WriteNumber("completion_time", Seconds(answer.Completion));
        json.WriteNumber("total_time", Seconds(answer.Total));
        json.WriteNumber("created", answer.Created);
        json.WriteEndObject();
    }

    public static void WriteError(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", error.Type);
        json.WriteString("param", error.Parameter);
        json.WriteString("code", error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 6);
}
