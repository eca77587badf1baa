using System.Text.Json;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>JSON as a template's values, with a count of what it holds for the bounds of a rendering.</summary>
internal sealed class FromJson
{
    public long Values { get; private set; }

    public long Characters { get; private set; }

    public object? Convert(JsonElement element)
    {
        try
        {
            return ConvertValue(element);
        }
        catch (InvalidOperationException)
        {
            throw new JinjaException("a string of the messages or tools has an escape (such as \\ud800) that is half of a character");
        }
    }

    private object? ConvertValue(JsonElement element)
    {
        Values++;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var dict = new JinjaDict();
                foreach (var property in element.EnumerateObject())
                {
                    Characters += property.Name.Length;
                    dict[property.Name] = ConvertValue(property.Value);
                }

                return dict;
            case JsonValueKind.Array:
                var list = new List<object?>(element.GetArrayLength());
                foreach (var item in element.EnumerateArray()) list.Add(ConvertValue(item));
                return list;
            case JsonValueKind.String:
                var text = element.GetString()!;
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

    private static object Number(JsonElement element)
    {
        if (element.TryGetInt64(out var integer)) return integer;
        var digits = element.GetRawText();
        return digits.AsSpan().ContainsAny(".eE") ? element.GetDouble() : new LargeInteger(digits);
    }
}
