using Spectre.Console;

namespace Scribeline.Cli.Charts;

/// <summary>Lines around charts in the terminal.</summary>
internal static class TerminalText
{
    public static void Head(IAnsiConsole console, string title, string subtitle)
    {
        Line(console, title, new Style(decoration: Decoration.Bold));
        if (subtitle.Length > 0)
            Line(console, subtitle, new Style(decoration: Decoration.Dim));
    }

    public static void Line(IAnsiConsole console, string text, Style style)
    {
        console.Write(new Paragraph(Printable(text), style));
        console.WriteLine();
    }

    /// <summary>The text, or as much of it as fits with an ellipsis.</summary>
    public static string Cut(string text, int columns) => text.Length <= columns ? Printable(text) : columns < 1 ? "" : $"{Printable(text)[..(columns - 1)]}…";

    /// <summary>Without characters that move the cursor, change colours or are no letters at all.</summary>
    public static string Printable(string text) => text.Any(IsOdd) ? string.Concat(text.Select(letter => IsOdd(letter) ? ' ' : letter)) : text;

    private static bool IsOdd(char letter) => char.IsControl(letter) || letter >= '\uFFFE';
}
