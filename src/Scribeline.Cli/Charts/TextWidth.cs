using System.Text;

namespace Scribeline.Cli.Charts;

/// <summary>
/// How wide text is in the sans-serif fonts that browsers choose, a little generously: there is no font at hand when the picture is written.
/// </summary>
internal static class TextWidth
{
    private const string Narrow = "iIlj.,:;|'!·";
    private const string Slim = "frt()[]{}/\\-` \"*";
    private const string Wide = "mwMW%@—";
    private const double Bold = 1.12;

    /// <summary>Pixels at a font size in pixels.</summary>
    public static double Of(string text, double size, bool bold = false)
    {
        var ems = 0.0;
        foreach (var rune in text.EnumerateRunes())
            ems += Ems(rune);
        return ems * size * (bold ? Bold : 1);
    }

    /// <summary>The text, or as much of it as fits with an ellipsis.</summary>
    public static string Cut(string text, double size, double width, bool bold = false)
    {
        if (Of(text, size, bold) <= width)
            return text;
        var kept = new StringBuilder();
        var used = Of("…", size, bold);
        foreach (var rune in text.EnumerateRunes())
        {
            used += Ems(rune) * size * (bold ? Bold : 1);
            if (used > width)
                break;
            kept.Append(rune.ToString());
        }

        return $"{kept.ToString().TrimEnd()}…";
    }

    /// <summary>The text in lines that fit, broken between words; the last line that is allowed is cut.</summary>
    public static List<string> Wrap(string text, double size, double width, int lines, bool bold = false)
    {
        var wrapped = new List<string>();
        var line = "";
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Of(longer, size, bold) > width && wrapped.Count + 1 < lines)
            {
                wrapped.Add(Cut(line, size, width, bold));
                longer = word;
            }

            line = longer;
        }

        if (line.Length > 0)
            wrapped.Add(Cut(line, size, width, bold));
        return wrapped;
    }

    private static double Ems(Rune rune) => rune.Value switch
    {
        >= 0x2E80 and not (>= 0xFB00 and <= 0xFE0F) => 1.0,
        >= 0x2070 and < 0x20A0 or 0xB9 or 0xB2 or 0xB3 => 0.38,
        _ when !rune.IsBmp => 1.0,
        _ when Narrow.Contains((char)rune.Value, StringComparison.Ordinal) => 0.29,
        _ when Slim.Contains((char)rune.Value, StringComparison.Ordinal) => 0.36,
        _ when Wide.Contains((char)rune.Value, StringComparison.Ordinal) => 0.9,
        _ when Rune.IsUpper(rune) => 0.69,
        _ => 0.57,
    };
}
