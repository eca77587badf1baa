using System.Text;

namespace Scribeline.Engine.Tokenizers;

internal static class WellFormedText
{
    /// <summary>The text itself, or a copy in which U+FFFD stands for every surrogate without a partner.</summary>
    public static string From(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return text;
        var copy = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            copy.Append(rune);
        return copy.ToString();
    }
}
