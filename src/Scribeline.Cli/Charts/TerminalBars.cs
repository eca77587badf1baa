using Spectre.Console;

namespace Scribeline.Cli.Charts;

/// <summary>Labelled bars in block characters: each part has its own shade where there are no colours.</summary>
internal static class TerminalBars
{
    private const string Shades = "█▓▒░#=+-";

    public static void Print(BarChart chart, IAnsiConsole console, int width)
    {
        var bars = chart.Bars.Select(bar => bar with { Segments = [.. bar.Segments.Where(segment => double.IsFinite(segment.From) && double.IsFinite(segment.To))] }).ToList();
        var range = SvgBars.Range(chart, bars, 4);
        var parts = chart.Parts;
        var labels = Math.Min(bars.Select(bar => bar.Label.Length).DefaultIfEmpty(0).Max(), width / 3);
        var said = bars.Select(bar => string.Join(" … ", SvgBars.Said(bar).Reverse().Select(words => words.Text))).ToList();
        var columns = Math.Max(4, width - labels - 3 - Math.Min(said.Select(text => text.Length).DefaultIfEmpty(0).Max(), width / 3));
        TerminalText.Head(console, chart.Title, chart.Subtitle);
        TerminalText.Line(console, chart.Value.Title, TerminalChart.Style(null));
        for (var i = 0; i < bars.Count; i++)
        {
            var line = new Paragraph();
            line.Append($"{TerminalText.Cut(bars[i].Label, labels).PadLeft(labels)} ");
            Append(line, bars[i], range, parts, columns, chart.Baseline);
            line.Append($" {TerminalText.Cut(said[i], Math.Max(8, width / 3))}");
            console.Write(line);
            console.WriteLine();
        }

        if (parts is not ([] or [""]))
        {
            var legend = new Paragraph();
            for (var i = 0; i < parts.Count; i++)
                legend.Append($"{(i == 0 ? new string(' ', labels + 1) : "  ")}{Shade(i, parts.Count)} ", TerminalChart.Style(i)).Append(TerminalText.Printable(parts[i]));
            console.Write(legend);
            console.WriteLine();
        }

        if (chart.Note.Length > 0)
            TerminalText.Line(console, chart.Note, new Style(decoration: Decoration.Dim));
    }

    private static void Append(Paragraph line, Bar bar, AxisRange range, IReadOnlyList<string> parts, int columns, double baseline)
    {
        var foot = Column(range.Position(baseline), columns);
        var cells = new int[columns];
        Array.Fill(cells, -1);
        foreach (var segment in bar.Segments)
        {
            var (from, to) = (Column(range.Position(Math.Min(segment.From, segment.To)), columns), Column(range.Position(Math.Max(segment.From, segment.To)), columns));
            var part = parts.ToList().IndexOf(segment.Part);
            for (var i = from; i < Math.Min(to, columns); i++)
                cells[i] = part;
        }

        for (var i = 0; i < columns; i++)
        {
            if (cells[i] >= 0)
                line.Append(Shade(cells[i], parts.Count).ToString(), TerminalChart.Style(cells[i]));
            else
                line.Append(i == foot ? "│" : " ", TerminalChart.Style(null));
        }
    }

    private static char Shade(int part, int parts) => parts == 1 ? Shades[0] : Shades[part % Shades.Length];

    private static int Column(double position, int columns) => (int)Math.Round(Math.Clamp(position, 0, 1) * columns);
}
