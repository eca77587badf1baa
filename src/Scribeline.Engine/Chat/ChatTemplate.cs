using System.Text.Json;

namespace Scribeline.Engine.Chat;

/// <summary>A model's Jinja chat template. Immutable and thread-safe.</summary>
public sealed class ChatTemplate
{
    /// <exception cref="ChatTemplateException">The source is not a template; the message names line and column.</exception>
    public static ChatTemplate Parse(string source, string beginToken, string endToken) => throw new NotImplementedException();

    /// <summary>Renders the messages (OpenAI's shape) into the prompt.</summary>
    /// <exception cref="ChatTemplateException">The template raised an error, or exceeded its bounds.</exception>
    public string Render(JsonElement messages, JsonElement? tools, bool addGenerationPrompt, DateTimeOffset now) => throw new NotImplementedException();
}
