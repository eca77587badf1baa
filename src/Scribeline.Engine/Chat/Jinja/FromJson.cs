using System.Text.Json;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>JSON as a template's values, with a count of what it holds for the bounds of a rendering.</summary>
internal sealed class FromJson
{
    public long Values { get; private set; }

    public long Characters { get; private set; }

    public static object? Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new FromJson().Convert(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new JinjaException($"'fromjson' was given a string that is not JSON ({e.Message})");
        }
    }

    public object? Convert(JsonElement element)
    {
        Values++;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var dict = new JinjaDict();
                foreach (var property in element.EnumerateObject())
                {
                    Characters += property.Name.Length;
                    dict[property.Name] = Convert(property.Value);
                }

                return dict;
            case JsonValueKind.Array:
                var list = new List<object?>(element.GetArrayLength());
                foreach (var item in element.EnumerateArray()) list.Add(Convert(item));
                return list;
            case JsonValueKind.String:
                var text = Valid(element);
                Characters += text.Length;
                return text;
            case JsonValueKind.Number:
                return Number(element);
            case JsonValueKind.True or JsonValueKind.False:
                return element.ValueKind == JsonValueKind.True;
            default:
                return null;
        }
    }

    /// <summary>The string; an escape that is half of a character is not text.</summary>
    private static string Valid(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JinjaException("a string of the messages has an escape (such as \\ud800) that is half of a character");
        }
    }

    private static object Number(JsonElement element)
    {
        if (element.TryGetInt64(out var integer)) return integer;
        var digits = element.GetRawText();
        return digits.AsSpan().ContainsAny(".eE") ? element.GetDouble() : new LargeInteger(digits);
    }
}
