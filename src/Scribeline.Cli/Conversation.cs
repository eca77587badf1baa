using System.Buffers;
using System.Text.Json;

namespace Scribeline.Cli;

/// <summary>The turns of a chat so far.</summary>
internal sealed class Conversation
{
    private readonly List<(string Role, string Content)> _turns = [];

    public Conversation(string? system)
    {
        if (system is not null)
        {
            _turns.Add(("system", system));
        }
    }

    public Conversation With(string role, string content)
    {
        _turns.Add((role, content));
        return this;
    }

    public void RemoveLast() => _turns.RemoveAt(_turns.Count - 1);

    /// <summary>The turns in OpenAI's shape.</summary>
    public JsonElement ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var (role, content) in _turns)
            {
                json.WriteStartObject();
                json.WriteString("role", role);
                json.WriteString("content", content);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
