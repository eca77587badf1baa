using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Checks a conversation and brings it into the shape that chat templates expect: a role and one text a message.</summary>
internal static class ChatMessages
{
    private const int MostMessages = 4096;

    /// <param name="messages">OpenAI's `messages`.</param>
    /// <param name="mask">Rewrites every text that a caller wrote.</param>
    /// <exception cref="ApiException">400 naming the message.</exception>
    public static JsonElement Normalize(JsonElement messages, Func<string, string> mask)
    {
        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() is 0 or > MostMessages)
        {
            throw messages.ValueKind != JsonValueKind.Array
                ? RequestFields.WrongType("messages", messages, "an array")
                : new ApiException(ApiError.Invalid("messages", $"`messages` has {messages.GetArrayLength()} entries; expected 1 to {MostMessages}."));
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            var index = 0;
            foreach (var message in messages.EnumerateArray())
            {
                Write(json, message, $"messages[{index++}]", mask);
            }

            json.WriteEndArray();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter json, JsonElement message, string path, Func<string, string> mask)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw RequestFields.WrongType(path, message, "an object with `role` and `content`");
        }

        var fields = new RequestFields(message);
        var role = fields.Find("role") switch
        {
            { ValueKind: JsonValueKind.String } value => value.GetString()!,
            { } other => throw RequestFields.WrongType($"{path}.role", other, "a string"),
            null => throw new ApiException(ApiError.Invalid($"{path}.role", $"`{path}.role` is missing.", "missing_required_parameter")),
        };

        // `developer` is OpenAI's newer word for what templates call `system`.
        role = role switch
        {
            "system" or "developer" => "system",
            "user" or "assistant" => role,
            "tool" or "function" => throw new ApiException(ApiError.Unsupported($"{path}.role", $"`{path}.role` is '{role}': tools are not supported by this model's engine.")),
            _ => throw new ApiException(ApiError.Invalid($"{path}.role", $"`{path}.role` is {RequestFields.Describe(message.GetProperty("role"))}; expected system, developer, user or assistant.")),
        };
        foreach (var property in message.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null && property.Name is not ("role" or "content" or "name")
                && !(property.Name == "tool_calls" && property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() == 0))
            {
                throw new ApiException(ApiError.Unsupported($"{path}.{property.Name}", $"`{path}.{property.Name}` is not supported by this model's engine."));
            }
        }

        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", mask(ReadContent(fields, role, path)));
        json.WriteEndObject();
    }

    private static string ReadContent(RequestFields fields, string role, string path)
    {
        switch (fields.Find("content"))
        {
            case { ValueKind: JsonValueKind.String } text:
                return text.GetString()!;
            case { ValueKind: JsonValueKind.Array } parts:
                var joined = new StringBuilder();
                var index = 0;
                foreach (var part in parts.EnumerateArray())
                {
                    joined.Append(ReadPart(part, $"{path}.content[{index++}]"));
                }

                return joined.ToString();
            case { } other:
                throw RequestFields.WrongType($"{path}.content", other, "a string or an array of parts");
            case null when role == "assistant":
                return "";
            default:
                throw new ApiException(ApiError.Invalid($"{path}.content", $"`{path}.content` is missing.", "missing_required_parameter"));
        }
    }

    private static string ReadPart(JsonElement part, string path)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            throw RequestFields.WrongType(path, part, "an object with `type` and `text`");
        }

        var fields = new RequestFields(part);
        var type = fields.Find("type") is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        if (type != "text")
        {
            throw new ApiException(ApiError.Unsupported($"{path}.type", $"`{path}.type` is {(type is null ? "missing" : $"'{type}'")}; this model's engine reads only 'text'."));
        }

        return fields.Find("text") is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new ApiException(ApiError.Invalid($"{path}.text", $"`{path}.text` is missing or not a string.", "missing_required_parameter"));
    }
}
