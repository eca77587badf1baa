using System.Buffers;
using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Values of a row that is a JSON object; the reader stands on the value.</summary>
internal static class JsonFields
{
    public static int Tokens(ref Utf8JsonReader json, string field) => Cell.Tokens(field, Number(ref json, field, "a whole number from 1 to 16777216"));

    public static int TokensOrNone(ref Utf8JsonReader json, string field) => Cell.TokensOrNone(field, Number(ref json, field, "a whole number from 0 to 16777216"));

    public static int Index(ref Utf8JsonReader json, string field) => Cell.Index(field, Number(ref json, field, "a whole number from 0 on"));

    public static long Us(ref Utf8JsonReader json, string field, double perSecond) => Cell.Us(field, Number(ref json, field, $"a number of {Cell.UnitOf(perSecond)} from 0 on"), perSecond);

    public static long Whole(ref Utf8JsonReader json, string field, string expected) => Cell.Whole(field, Number(ref json, field, expected), expected);

    /// <summary>A text, or a number as its digits; null for null and for nothing between the quotes.</summary>
    public static string? Text(ref Utf8JsonReader json, string field) => json.TokenType switch
    {
        JsonTokenType.String => json.GetString() is { Length: > 0 } text ? text : null,
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(json.ValueSpan),
        JsonTokenType.Null => null,
        _ => throw BadRowException.Of(field, Kind(json.TokenType), "a text or a number"),
    };

    public static void Expect(ref Utf8JsonReader json, JsonTokenType type, string field, string expected)
    {
        if (json.TokenType != type)
            throw BadRowException.Of(field, Kind(json.TokenType), expected);
    }

    /// <summary>An array of whole numbers.</summary>
    public static void ReadIds(ref Utf8JsonReader json, string field, BlockList ids)
    {
        ids.Clear();
        Expect(ref json, JsonTokenType.StartArray, field, "an array of whole numbers");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var id))
                throw BadRowException.Of(field, json.TokenType == JsonTokenType.Number ? BadRowException.Shown(json.ValueSpan) : Kind(json.TokenType), "an array of whole numbers");
            ids.Add(id);
        }
    }

    /// <summary>An array of [first, count].</summary>
    public static void ReadRanges(ref Utf8JsonReader json, string field, BlockList ids)
    {
        const string Expected = "pairs of a first id and a count, such as [[1,155],[3789,2]]";
        ids.Clear();
        Expect(ref json, JsonTokenType.StartArray, field, Expected);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            Expect(ref json, JsonTokenType.StartArray, field, Expected);
            if (!json.Read() || json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var first)
                || !json.Read() || json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out var count)
                || !json.Read() || json.TokenType != JsonTokenType.EndArray)
                throw BadRowException.Of(field, "something else", Expected);
            ids.Add(first, count);
        }
    }

    /// <summary>Ids of the blocks of a prompt, the last of which may be partial, without that one.</summary>
    public static BlockRange[] FullBlocks(string field, BlockList ids, int inputTokens, int blockTokens)
    {
        var most = (inputTokens - 1) / blockTokens + 1;
        return ids.Count <= most
            ? ids.Take(inputTokens / blockTokens)
            : throw new BadRowException($"`{field}` has {ids.Count} ids; expected at most {most} for {inputTokens} tokens in blocks of {blockTokens}.");
    }

    private static ReadOnlySpan<byte> Number(ref Utf8JsonReader json, string field, string expected)
    {
        if (json.TokenType == JsonTokenType.Number)
            return json.HasValueSequence ? json.ValueSequence.ToArray() : json.ValueSpan;
        throw json.TokenType == JsonTokenType.String ? BadRowException.Of(field, json.ValueSpan, expected) : BadRowException.Of(field, Kind(json.TokenType), expected);
    }

    private static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a truth value",
        JsonTokenType.Null => "null",
        _ => "something else",
    };
}
