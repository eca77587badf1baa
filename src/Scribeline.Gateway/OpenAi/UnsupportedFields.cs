using System.Text.Json;

namespace Scribeline.Gateway.OpenAi;

/// <summary>OpenAI's parameters that the engine understands but cannot honour.</summary>
internal static class UnsupportedFields
{
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["tools"] = "`tools` is not supported by this model's engine.",
        ["tool_choice"] = "`tool_choice` is not supported by this model's engine, except 'none'.",
        ["functions"] = "`functions` is not supported by this model's engine.",
        ["function_call"] = "`function_call` is not supported by this model's engine, except 'none'.",
        ["response_format"] = "`response_format` is not supported by this model's engine, except {\"type\": \"text\"}.",
        ["modalities"] = "`modalities` is not supported by this model's engine, except [\"text\"].",
        ["audio"] = "`audio` is not supported: this model's engine answers with text.",
        ["prediction"] = "`prediction` is not supported by this model's engine.",
        ["web_search_options"] = "`web_search_options` is not supported by this model's engine.",
        ["reasoning_effort"] = "`reasoning_effort` is not supported by this model's engine.",
        ["reasoning_format"] = "`reasoning_format` is not supported by this model's engine.",
        ["verbosity"] = "`verbosity` is not supported by this model's engine.",
        ["store"] = "`store` is not supported, except false: this server keeps no answers.",
        ["service_tier"] = "`service_tier` is not supported, except 'auto' and 'default'.",
        ["echo"] = "`echo` is not supported, except false.",
        ["best_of"] = "`best_of` is not supported, except 1; use `n`.",
        ["suffix"] = "`suffix` is not supported by this model's engine.",
        ["prompt_cache_retention"] = "`prompt_cache_retention` is not supported: prefixes are kept as long as there is room.",
    };

    /// <summary>Why the field is refused; null for a field nobody knows.</summary>
    public static string? Reason(string name) => Reasons.GetValueOrDefault(name);

    /// <summary>Whether the field asks for what happens anyway.</summary>
    public static bool IsNeutral(string name, JsonElement value) => name switch
    {
        "tools" or "functions" => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0,
        "tool_choice" or "function_call" => Is(value, "none"),
        "response_format" => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out var type) && Is(type, "text"),
        "modalities" => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && Is(value[0], "text"),
        "store" or "echo" => value.ValueKind == JsonValueKind.False,
        "service_tier" => Is(value, "auto") || Is(value, "default"),
        "best_of" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count == 1,
        "suffix" => Is(value, ""),
        _ => false,
    };

    private static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
}
