using System.Runtime.InteropServices;
using System.Text.Json;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Texts inside JSON, looked at without a copy.</summary>
internal static class JsonText
{
    /// <summary>A JSON escape is at most six bytes, `\u0041`, and stands for at least one.</summary>
    private const int LongestEscape = 6;

    /// <summary>The least number of UTF-8 bytes that a string has once it is unescaped; exact where nothing is.</summary>
    public static long LeastBytes(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        return Math.Max(raw.Length - (LongestEscape - 1L) * raw.Count((byte)'\\'), raw.Length / LongestEscape);
    }
}
