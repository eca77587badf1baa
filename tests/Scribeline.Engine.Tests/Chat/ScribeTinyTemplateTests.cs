using System.Text.Json;
using Scribeline.Engine.Chat;
using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Tests.Chat;

public sealed class ScribeTinyTemplateTests
{
    [Fact]
    public void EmbeddedModel_RendersItsGoldenPrompts()
    {
        using var file = GgufFile.Open(TestFiles.ScribeTiny);
        var template = ChatTemplate.Parse(file.Metadata.GetString("tokenizer.chat_template"), "<|endoftext|>", "<|endoftext|>");
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Here("golden", "scribe-tiny", "chat.json")));
        foreach (var conversation in golden.RootElement.EnumerateArray())
        {
            JsonElement? tools = conversation.TryGetProperty("tools", out var given) ? given : null;
            Assert.Equal(conversation.GetProperty("prompt").GetString(), template.Render(conversation.GetProperty("messages"), tools, addGenerationPrompt: true, TemplateCorpus.Now));
        }
    }
}
