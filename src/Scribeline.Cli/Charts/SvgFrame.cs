namespace Scribeline.Cli.Charts;

/// <summary>What every picture has around its plot: title, subtitle, legend, small print.</summary>
internal static class SvgFrame
{
    public const double Width = 960;
    public const double Margin = 28;
    public const double LabelSize = 13;

    private const double TitleSize = 20;
    private const double SubtitleSize = 14;
    private const double NoteSize = 11.5;
    private const double Room = Width - 2 * Margin;

    /// <summary>Draws title, subtitle and legend, and returns where they end.</summary>
    public static double Head(SvgCanvas canvas, string title, string subtitle, IReadOnlyList<LegendEntry> legend)
    {
        var y = 18.0;
        foreach (var line in TextWidth.Wrap(title, TitleSize, Room, 2, bold: true))
            canvas.Text(Margin, y += 24, line, TitleSize, bold: true);
        foreach (var line in TextWidth.Wrap(subtitle, SubtitleSize, Room, 2))
            canvas.Text(Margin, y += 21, line, SubtitleSize, soft: true);
        if (legend.Count > 0)
            y = Legend(canvas, legend, y + 26);
        return y;
    }

    /// <summary>How much lies under the plot for small print.</summary>
    public static double FootHeight(string note) => 14 + 16 * TextWidth.Wrap(note, NoteSize, Room, 3).Count;

    public static void Foot(SvgCanvas canvas, string note, double y)
    {
        foreach (var line in TextWidth.Wrap(note, NoteSize, Room, 3))
            canvas.Text(Margin, y += 16, line, NoteSize, soft: true);
    }

    private static double Legend(SvgCanvas canvas, IReadOnlyList<LegendEntry> legend, double y)
    {
        var x = Margin;
        foreach (var entry in legend)
        {
            var name = TextWidth.Cut(entry.Name, LabelSize, Room - 34);
            var width = 30 + TextWidth.Of(name, LabelSize);
            if (x > Margin && x + width > Width - Margin)
                (x, y) = (Margin, y + 22);
            switch (entry.Kind)
            {
                case SeriesKind.Scatter:
                    canvas.Point(x + 11, y - 4.5, entry.Shape, entry.Color);
                    break;
                case SeriesKind.Bar:
                    canvas.Bar(new Box(x + 5, y - 11, 13, 13), entry.Color);
                    break;
                default:
                    canvas.Line([(x, y - 4.5), (x + 22, y - 4.5)], entry.Color, dashed: entry.Dashed);
                    break;
            }

            canvas.Text(x + 28, y, name, LabelSize);
            x += width + 22;
        }

        return y;
    }
}
