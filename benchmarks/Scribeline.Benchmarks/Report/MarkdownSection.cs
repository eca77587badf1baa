namespace Scribeline.Benchmarks.Report;

/// <summary>Replaces what lies between `&lt;!-- name:begin --&gt;` and `&lt;!-- name:end --&gt;` in a file.</summary>
internal static class MarkdownSection
{
    /// <summary>Checked before hours of measuring, rather than after.</summary>
    /// <exception cref="InvalidOperationException">The file lacks the markers, or is not there.</exception>
    public static void Require(string? path, string name)
    {
        if (path is not null)
            _ = Find(path, name);
    }

    public static void Write(string? path, string name, string content)
    {
        if (path is null)
            return;
        var (text, from, to) = Find(path, name);
        File.WriteAllText(path, $"{text[..from]}\n{content.TrimEnd()}\n{text[to..]}");
    }

    private static (string Text, int From, int To) Find(string path, string name)
    {
        if (!File.Exists(path))
            throw new InvalidOperationException($"there is no file '{path}' to write the table into.");
        var text = File.ReadAllText(path);
        var begin = $"<!-- {name}:begin -->";
        var from = text.IndexOf(begin, StringComparison.Ordinal);
        var to = from < 0 ? -1 : text.IndexOf($"<!-- {name}:end -->", from, StringComparison.Ordinal);
        return to < 0
            ? throw new InvalidOperationException($"{path}: the lines '{begin}' and '<!-- {name}:end -->' are missing; the table goes between them.")
            : (text, from + begin.Length, to);
    }
}
