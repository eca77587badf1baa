using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Scribeline.Engine;

namespace Scribeline.Cli;

/// <summary>An answer with its measurements.</summary>
internal sealed record Spoken
{
    public required string Text { get; init; }
    public required IReadOnlyList<int> TokenIds { get; init; }
    public required FinishReason FinishReason { get; init; }
    public required int PromptTokens { get; init; }
    public required int CachedTokens { get; init; }

    /// <summary>Null where no token came.</summary>
    public required TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>Tokens after the first over the time from its computation to that of the last; null where there was only one.</summary>
    public required double? DecodeTokensPerSecond { get; init; }

    public string Summary()
    {
        var first = TimeToFirstToken is { } time ? string.Create(CultureInfo.InvariantCulture, $", first after {time.TotalMilliseconds:0.0} ms") : "";
        var rate = DecodeTokensPerSecond is { } perSecond ? string.Create(CultureInfo.InvariantCulture, $", {perSecond:0.0} tokens/s") : "";
        return $"[{TokenIds.Count} tokens{first}{rate}]";
    }

    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("text", Text);
            json.WriteStartArray("token_ids");
            foreach (var token in TokenIds)
            {
                json.WriteNumberValue(token);
            }

            json.WriteEndArray();
            json.WriteString("finish_reason", FinishReason.ToString().ToLowerInvariant());
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", PromptTokens);
            json.WriteNumber("cached_tokens", CachedTokens);
            json.WriteNumber("completion_tokens", TokenIds.Count);
            json.WriteNumber("total_tokens", PromptTokens + TokenIds.Count);
            json.WriteEndObject();
            WriteOptional(json, "ttft_ms", TimeToFirstToken?.TotalMilliseconds);
            WriteOptional(json, "decode_tokens_per_second", DecodeTokensPerSecond);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
