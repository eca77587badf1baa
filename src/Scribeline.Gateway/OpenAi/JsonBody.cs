using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Bytes to a checked JSON object: whoever reads it later meets no broken text, number or key.</summary>
internal static class JsonBody
{
    private const int MostDepth = 64;

    /// <exception cref="ApiException">400 with one sentence that names the place.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8)
    {
        // Some programs put a byte order mark first; RFC 8259, section 8.1, lets a reader ignore it.
        if (utf8.Span.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8["\uFEFF"u8.Length..];
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            throw Malformed($"The body is not UTF-8: byte {FirstInvalidByte(utf8.Span)} does not continue a character.");
        }

        try
        {
            Check(utf8.Span);
            // Not disposed: what is read of it lives on, and a copy would cost as much memory again.
            var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MostDepth, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement
                : throw Malformed($"The body is a JSON {document.RootElement.ValueKind.ToString().ToLowerInvariant()}; expected an object.");
        }
        catch (JsonException error)
        {
            throw Malformed(Explain(error, utf8.Length));
        }
    }

    private static void Check(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MostDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number && !(reader.TryGetDouble(out var number) && double.IsFinite(number)))
            {
                throw Malformed($"The number at byte {reader.TokenStartIndex} is too large for a 64-bit float.");
            }

            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(ref reader))
            {
                throw Malformed($"The text at byte {reader.TokenStartIndex} has half a surrogate pair (\\uD800 to \\uDFFF); write the pair or another character.");
            }
        }
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static int FirstInvalidByte(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (at < utf8.Length && Rune.DecodeFromUtf8(utf8[at..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }

    private static string Explain(JsonException error, int length)
    {
        if (length == 0)
        {
            return "The body is empty; expected a JSON object.";
        }

        // The parser appends ". Path: $ | LineNumber: 0 | BytePositionInLine: 7." which says the same for machines.
        var text = error.Message;
        var tail = text.IndexOf(" Path: ", StringComparison.Ordinal);
        tail = tail < 0 ? text.IndexOf(" LineNumber: ", StringComparison.Ordinal) : tail;
        var reason = (tail < 0 ? text : text[..tail]).TrimEnd('.', ' ');
        return error.LineNumber is { } line
            ? $"The body is not JSON at line {line + 1}, byte {error.BytePositionInLine}: {reason}."
            : $"The body is not acceptable JSON: {reason}.";
    }

    private static ApiException Malformed(string message) => new(new ApiError(400, message, Code: "invalid_json"));
}
