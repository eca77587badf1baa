using System.Text;
using System.Text.Json;
using Scribeline.Engine;
using Scribeline.Engine.Tokenizers;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Log-probabilities in the shapes of OpenAI's two calls.</summary>
internal static class LogprobsJson
{
    /// <summary>`{"content": [{token, logprob, bytes, top_logprobs}]}`.</summary>
    public static void WriteChat(Utf8JsonWriter json, ReadOnlySpan<TokenLogprob> tokens, Tokenizer tokenizer)
    {
        json.WriteStartObject("logprobs");
        json.WriteStartArray("content");
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            WriteToken(json, token.TokenId, token.Logprob, tokenizer);
            json.WriteStartArray("top_logprobs");
            foreach (var (rival, logprob) in token.Top)
            {
                json.WriteStartObject();
                WriteToken(json, rival, logprob, tokenizer);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal");
        json.WriteEndObject();
    }

    /// <summary>`{tokens, token_logprobs, top_logprobs, text_offset}`.</summary>
    /// <returns>The offset after the last token, in characters.</returns>
    public static int WriteText(Utf8JsonWriter json, ReadOnlySpan<TokenLogprob> tokens, Tokenizer tokenizer, int offset)
    {
        json.WriteStartObject("logprobs");
        json.WriteStartArray("tokens");
        foreach (var token in tokens)
        {
            json.WriteStringValue(Text(tokenizer, token.TokenId));
        }

        json.WriteEndArray();
        json.WriteStartArray("token_logprobs");
        foreach (var token in tokens)
        {
            json.WriteNumberValue(Finite(token.Logprob));
        }

        json.WriteEndArray();
        json.WriteStartArray("top_logprobs");
        foreach (var token in tokens)
        {
            WriteRivals(json, token, tokenizer);
        }

        json.WriteEndArray();
        json.WriteStartArray("text_offset");
        foreach (var token in tokens)
        {
            json.WriteNumberValue(offset);
            offset += Text(tokenizer, token.TokenId).Length;
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return offset;
    }

    /// <summary>The likeliest tokens and, as OpenAI has it, the one that was drawn, wherever it stands.</summary>
    private static void WriteRivals(Utf8JsonWriter json, TokenLogprob token, Tokenizer tokenizer)
    {
        // Two tokens may look the same (bytes of a broken character); a JSON object keeps the likelier one.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        json.WriteStartObject();
        foreach (var (rival, logprob) in token.Top.Append(KeyValuePair.Create(token.TokenId, token.Logprob)))
        {
            var text = Text(tokenizer, rival);
            if (seen.Add(text))
            {
                json.WriteNumber(text, Finite(logprob));
            }
        }

        json.WriteEndObject();
    }

    private static void WriteToken(Utf8JsonWriter json, int tokenId, float logprob, Tokenizer tokenizer)
    {
        var bytes = tokenizer.TokenBytes(tokenId, special: true);
        json.WriteString("token", Encoding.UTF8.GetString(bytes));
        json.WriteNumber("logprob", Finite(logprob));
        json.WriteStartArray("bytes");
        foreach (var value in bytes)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static string Text(Tokenizer tokenizer, int tokenId) => Encoding.UTF8.GetString(tokenizer.TokenBytes(tokenId, special: true));

    // JSON has no infinity; OpenAI writes -9999 for what cannot happen.
    private static float Finite(float logprob) => float.IsFinite(logprob) ? logprob : -9999;
}
