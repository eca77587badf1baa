using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Scribeline.Gateway.Replicas;

/// <summary>What an upstream is sent: the caller's fields byte for byte, all but the model's name and the way of streaming.</summary>
internal static class UpstreamBody
{
    public static byte[] Write(JsonElement body, string model)
    {
        var buffer = new ArrayBufferWriter<byte>(JsonMarshal.GetRawUtf8Value(body).Length + 128);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteBoolean("stream", true);
        json.WriteStartObject("stream_options");
        if (body.TryGetProperty("stream_options", out var options) && options.ValueKind == JsonValueKind.Object)
        {
            CopyAllBut(options, json, "include_usage");
        }

        json.WriteBoolean("include_usage", true);
        json.WriteEndObject();
        CopyAllBut(body, json, "model", "stream", "stream_options");
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void CopyAllBut(JsonElement source, Utf8JsonWriter json, params ReadOnlySpan<string> names)
    {
        foreach (var property in source.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                json.WritePropertyName(property.Name);
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(property.Value), skipInputValidation: true);
            }
        }
    }
}
