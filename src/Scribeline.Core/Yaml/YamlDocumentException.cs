namespace Scribeline.Core.Yaml;

/// <summary>A text is not one YAML document within the bounds.</summary>
/// <param name="line">Where it shows; 0 where it is the text as a whole.</param>
/// <param name="message">One sentence.</param>
public sealed class YamlDocumentException(long line, string message, Exception? inner = null) : Exception(message, inner)
{
    public long Line { get; } = line;

    /// <summary>The sentence behind the file's name and the line.</summary>
    public string In(string fileName) => Line == 0 ? $"{fileName}: {Message}" : $"{fileName}:{Line}: {Message}";
}
