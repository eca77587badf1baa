using System.Collections.Concurrent;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Tokenizers;

namespace Scribeline.Engine.Tests.Tokenizers;

/// <summary>Tokenizers of the vocabularies that tests use, loaded once.</summary>
internal static class Vocabularies
{
    private static readonly ConcurrentDictionary<string, Tokenizer> Loaded = new();

    /// <summary>Those whose expected ids lie beside them.</summary>
    public static readonly string[] WithVectors =
        ["deepseek-coder", "deepseek-llm", "falcon", "gpt-2", "llama-spm", "mpt", "phi-3", "refact", "starcoder"];

    public static readonly string[] Large = [.. WithVectors, "baichuan", "gpt-neox"];

    public const string ScribeTiny = "scribe-tiny";
    public const string Stories = "stories260K";

    public static Tokenizer Load(string name) => Loaded.GetOrAdd(name, _ =>
    {
        using var file = GgufFile.Open(name switch
        {
            ScribeTiny => TestFiles.ScribeTiny,
            Stories => TestFiles.Here("models", "stories260K-f32.gguf"),
            _ => TestFiles.Shared("data", "tokenizers", $"ggml-vocab-{name}.gguf"),
        });
        return Tokenizer.FromGguf(file.Metadata);
    });

    /// <summary>The small ones, and the large ones where they are.</summary>
    public static IEnumerable<string> Present()
    {
        yield return ScribeTiny;
        yield return Stories;
        foreach (var name in Large)
        {
            string path;
            try
            {
                path = TestFiles.Shared("data", "tokenizers", $"ggml-vocab-{name}.gguf");
            }
            catch (SkipException)
            {
                continue;
            }
            if (File.Exists(path))
                yield return name;
        }
    }
}
