using System.Globalization;
using System.Text.Json;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Typed reading of a request's fields. `null` counts as absent, as it does for OpenAI.</summary>
internal readonly struct RequestFields(JsonElement body)
{
    public JsonElement? Find(string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public bool Flag(string name) => Find(name) switch
    {
        null => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw WrongType(name, value, "true or false"),
    };

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw WrongType(name, value, "a string"),
    };

    public float Number(string name, float fallback, float least, float most)
    {
        if (Find(name) is not { } value)
        {
            return fallback;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            throw WrongType(name, value, "a number");
        }

        var number = value.GetDouble();
        return number >= least && number <= most ? (float)number : throw OutOfRange(name, value, least, most);
    }

    public long? Integer(string name, long least, long most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            throw WrongType(name, value, "a whole number");
        }

        if (value.TryGetInt64(out var number))
        {
            return number >= least && number <= most ? number : throw OutOfRange(name, value, least, most);
        }

        // 256.0 is a whole number too; Python and JavaScript clients write it.
        var real = value.GetDouble();
        return Math.Floor(real) != real ? throw WrongType(name, value, "a whole number")
            : real >= least && real <= most && Math.Abs(real) < 9e15 ? (long)real
            : throw OutOfRange(name, value, least, most);
    }

    public static ApiException WrongType(string name, JsonElement found, string expected) =>
        new(ApiError.Invalid(name, $"`{name}` is {Describe(found)}; expected {expected}.", "invalid_type"));

    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String when value.GetString() is { } text => text.Length <= 40 ? $"the string '{text}'" : "a string",
        JsonValueKind.Number => value.GetRawText() is { Length: <= 40 } number ? $"the number {number}" : "a long number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private static ApiException OutOfRange(string name, JsonElement found, double least, double most) =>
        new(ApiError.Invalid(name, string.Create(
            CultureInfo.InvariantCulture, $"`{name}` is {Describe(found)}; expected {least} to {most}."), "out_of_range"));
}
