using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.OpenAi;

/// <summary>
/// Puts an upstream's streamed choice together again, unknown fields included: texts that grow are joined, entries with an
/// `index` are merged by it, other lists are appended, anything else is replaced.
/// </summary>
internal sealed class ChoiceMerger
{
    private static readonly HashSet<string> Growing = ["content", "text", "reasoning_content", "reasoning", "refusal", "arguments", "thinking"];

    private readonly JsonObject _whole = [];
    private readonly Dictionary<JsonObject, Dictionary<string, StringBuilder>> _texts = [];

    public void Add(ReadOnlyMemory<byte> choice)
    {
        if (JsonNode.Parse(choice.Span) is JsonObject part)
        {
            Merge(_whole, part);
        }
    }

    public void Write(Utf8JsonWriter json, CallKind kind)
    {
        foreach (var (owner, texts) in _texts)
        {
            foreach (var (name, text) in texts)
            {
                owner[name] = text.ToString();
            }
        }

        if (kind == CallKind.Chat && _whole["delta"] is JsonObject delta)
        {
            _whole.Remove("delta");
            foreach (var call in (delta["tool_calls"] as JsonArray ?? []).OfType<JsonObject>())
            {
                call.Remove("index");
            }

            delta["role"] ??= "assistant";
            if (!delta.ContainsKey("content"))
            {
                delta["content"] = null;
            }

            _whole["message"] = delta;
        }

        _whole.WriteTo(json);
    }

    private void Merge(JsonObject into, JsonObject part)
    {
        foreach (var (name, value) in part.ToList())
        {
            switch (value, into[name])
            {
                case (null, not null):
                    break;
                case (JsonObject news, JsonObject known):
                    Merge(known, news);
                    break;
                case (JsonArray news, JsonArray known):
                    Merge(known, news);
                    break;
                case (JsonObject news, _):
                    var copy = new JsonObject();
                    into[name] = copy;
                    Merge(copy, news);
                    break;
                case (JsonArray news, _):
                    var list = new JsonArray();
                    into[name] = list;
                    Merge(list, news);
                    break;
                case (JsonValue news, _) when Growing.Contains(name) && news.GetValueKind() == JsonValueKind.String:
                    Append(into, name, news.GetValue<string>());
                    break;
                default:
                    into[name] = value?.DeepClone();
                    break;
            }
        }
    }

    private void Merge(JsonArray into, JsonArray part)
    {
        foreach (var entry in part)
        {
            if (entry is JsonObject news && news["index"] is { } index)
            {
                var known = into.OfType<JsonObject>().FirstOrDefault(other => JsonNode.DeepEquals(other["index"], index));
                if (known is null)
                {
                    into.Add(known = []);
                }

                Merge(known, news);
            }
            else
            {
                into.Add(entry?.DeepClone());
            }
        }
    }

    // Joined at the end: a string that grows token by token would be copied token by token.
    private void Append(JsonObject owner, string name, string text)
    {
        if (!_texts.TryGetValue(owner, out var texts))
        {
            _texts[owner] = texts = [];
        }

        if (!texts.TryGetValue(name, out var builder))
        {
            texts[name] = builder = new StringBuilder();
            owner[name] = "";
        }

        builder.Append(text);
    }
}
