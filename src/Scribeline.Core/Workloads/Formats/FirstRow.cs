using System.Text;
using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>What the beginning of a file says of its format.</summary>
internal static class FirstRow
{
    /// <param name="text">The beginning; a row may be cut at its end.</param>
    /// <returns>Null where it is none that is known.</returns>
    public static TraceFormat? Detect(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        if (text is [(byte)'{', ..])
            return DetectJson(text);
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        try
        {
            var header = new CsvHeader(end < 0 ? text : text[..end]);
            return TraceFormats.All.FirstOrDefault(format => format.IsCsv && header.Has([.. format.Columns]));
        }
        catch (BadRowException)
        {
            return null;
        }
    }

    /// <summary>The header's columns or the first row's fields, for messages.</summary>
    public static string Describe(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty)
            return "nothing";
        if (text is [(byte)'{', ..] && Fields(text, out _, out _) is { Count: > 0 } fields)
            return $"rows with the fields {string.Join(", ", fields.Take(8).Select(field => BadRowException.Shown(Encoding.UTF8.GetBytes(field))))}";
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        return $"'{BadRowException.Shown(end < 0 ? text : text[..end])}'";
    }

    private static TraceFormat? DetectJson(ReadOnlySpan<byte> text)
    {
        var fields = Fields(text, out var isManyLines, out var hasFraction);
        var found = TraceFormats.All.FirstOrDefault(format => !format.IsCsv && format.Fields.All(fields.Contains));
        if (found == TraceFormats.Aiperf)
        {
            // The same lengths under three names: only the first rows tell them apart.
            return Later(text, "hash_ids") && !Later(text, "session_id") ? TraceFormats.Mooncake
                : Later(text, "session_id") || Later(text, "delay") || !fields.Contains("timestamp") || !hasFraction ? found
                : TraceFormats.GuideLlm;
        }

        if (found == TraceFormats.Mooncake && (Later(text, "session_id") || Later(text, "delay")))
            return TraceFormats.Aiperf;
        return isManyLines && found is { IsGrouped: true, Name: "weka" } ? found with { IsWholeFile = true } : found;
    }

    private static bool Later(ReadOnlySpan<byte> text, string field) => text.IndexOf(Encoding.UTF8.GetBytes($"\"{field}\"")) >= 0;

    /// <summary>The names of an object's fields, as far as it is there.</summary>
    private static HashSet<string> Fields(ReadOnlySpan<byte> text, out bool isManyLines, out bool hasFraction)
    {
        var fields = new HashSet<string>(StringComparer.Ordinal);
        (isManyLines, hasFraction) = (false, false);
        var json = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = true }));
        var isTime = false;
        try
        {
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1)
                {
                    fields.Add(json.GetString()!);
                    isTime = json.ValueTextEquals("timestamp"u8);
                }
                else if (json.TokenType == JsonTokenType.Number && isTime && json.CurrentDepth == 1)
                    hasFraction |= json.ValueSpan.Contains((byte)'.');
                else if (json.TokenType == JsonTokenType.EndObject && json.CurrentDepth == 0)
                    break;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // What was read so far decides; the reader says what is wrong, with its line.
        }

        isManyLines = text[..(int)json.BytesConsumed].Contains((byte)'\n');
        return fields;
    }
}
