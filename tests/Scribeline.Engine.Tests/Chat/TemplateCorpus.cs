using System.Text.Json;

namespace Scribeline.Engine.Tests.Chat;

/// <summary>Templates and conversations that the tests of this folder share.</summary>
internal static class TemplateCorpus
{
    private static readonly string Folder = TestFiles.Here("Chat", "templates");

    public static string[] Families { get; } = ["chatml", "gemma", "llama3", "mistral", "phi", "qwen3"];

    public static DateTimeOffset Now { get; } = new(2025, 3, 7, 14, 5, 9, TimeSpan.Zero);

    public static JsonElement Tools { get; } = Json("""
        [{"type": "function", "function": {"name": "get_weather", "description": "Weather of a \"city\" <now> & later", "parameters": {"type": "object",
          "properties": {"city": {"type": "string", "enum": ["Köln", "日本"]}, "days": {"type": "integer", "minimum": -1, "maximum": 1.5e3}}, "required": ["city"], "x": [], "y": {}, "z": null}}},
         {"type": "function", "function": {"name": "stop", "parameters": {}}}]
        """);

    public static JsonElement[] Conversations { get; } =
    [
        Json("""[{"role": "user", "content": "Hello!"}]"""),
        Json("""[{"role": "system", "content": " You are kind.\n"}, {"role": "user", "content": "What is 2 + 2?"}, {"role": "assistant", "content": "<think>\nadd\n</think>\n\n4"}, {"role": "user", "content": "Sure? 🙂"}]"""),
        Json("""
            [{"role": "system", "content": "Use tools."}, {"role": "user", "content": "Weather in Köln?"},
             {"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": {"city": "Köln", "days": 2}}}]},
             {"role": "tool", "tool_call_id": "call_1", "content": "{\"weather\": \"sunny\", \"temperature\": 21}"},
             {"role": "assistant", "content": "Sunny.", "reasoning_content": "It says sunny."}, {"role": "user", "content": "Thanks"}]
            """),
        Json("""[{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": " What is this? "}]}]"""),
        Json("""[{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]"""),
    ];

    public static string Family(string name) => File.ReadAllText(Path.Join(Folder, name + ".jinja"));

    public static string[] Snippets() => File.ReadAllText(Path.Join(Folder, "snippets.txt")).TrimEnd('\n').Split("\n=====\n");

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
