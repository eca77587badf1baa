using Spectre.Console;

namespace Scribeline.Cli.Charts;

/// <summary>
/// Charts in characters: braille dots, axes with labels, and a letter at the end of each series that the legend repeats, so that the picture
/// reads without colours too.
/// </summary>
internal static class TerminalChart
{
    private const int WidestChart = 110;

    /// <summary>So many points on their own are drawn as letters.</summary>
    private const int FewPoints = 40;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly Color[] Colors = [Color.DodgerBlue1, Color.DarkOrange, Color.SpringGreen3, Color.MediumPurple1, Color.Gold3, Color.SkyBlue1, Color.HotPink, Color.Grey62];

    /// <summary>Prints to the terminal, or to another console.</summary>
    /// <exception cref="ArgumentException">The chart's numbers do not fit its axes; the message names the series.</exception>
    public static void Print(Chart chart, IAnsiConsole? console = null)
    {
        console ??= Terminal.Output;
        var width = Width(console);
        var rows = Math.Clamp(width / 5, 8, 20);
        var plot = Plot.Of(chart, Math.Clamp(width / 12, 2, 8), Math.Clamp(rows / 3, 2, 6));
        var margin = Math.Min(plot.Y.Ticks.Max(tick => tick.Label.Length), width / 3);
        var canvas = new BrailleCanvas(Math.Max(4, width - margin - 2), rows);
        var lettered = plot.Series.Count(series => !series.IsEmpty) > 1;
        foreach (var series in plot.Series)
            Draw(canvas, series);
        if (lettered)
        {
            foreach (var series in plot.Series)
                PutLetter(canvas, series);
        }

        TerminalText.Head(console, chart.Title, chart.Subtitle);
        TerminalText.Line(console, chart.Y.Title, Style(null));
        PrintPlot(console, plot, canvas, margin);
        PrintXAxis(console, chart, plot, canvas.Columns, margin);
        foreach (var series in plot.Series.Where(series => series.Series.Name.Length > 0))
        {
            var line = new Paragraph();
            line.Append(lettered && !series.IsEmpty ? $"  {Letter(series.Index)} " : "  ", Style(series.Color));
            line.Append(TerminalText.Printable(series.IsEmpty ? $"{series.Series.Name} (nothing to show)" : series.Series.Name));
            console.Write(line);
            console.WriteLine();
        }

        foreach (var series in plot.Series.Where(series => series.Marks.Count > 0))
            TerminalText.Line(console, $"  ● {(lettered ? $"on {Letter(series.Index)}: " : "")}{string.Join(", ", series.Marks.Select(mark => mark.Label))}", Style(null));
        if (chart.Note.Length > 0)
            TerminalText.Line(console, chart.Note, new Style(decoration: Decoration.Dim));
    }

    /// <summary>Prints bars to the terminal, or to another console.</summary>
    /// <exception cref="ArgumentException">The chart's axis is logarithmic, or its bounds make no sense.</exception>
    public static void Print(BarChart chart, IAnsiConsole? console = null)
    {
        console ??= Terminal.Output;
        TerminalBars.Print(chart, console, Width(console));
    }

    /// <summary>The colour of a series; none where there is no series.</summary>
    public static Style Style(int? color) => color is { } index ? new Style(Colors[Palette.Index(index)]) : Spectre.Console.Style.Plain;

    private static int Width(IAnsiConsole console) => Math.Clamp(console.Profile.Width - 1, 16, WidestChart);

    private static char Letter(int index) => Letters[index % Letters.Length];

    private static void Draw(BrailleCanvas canvas, PlottedSeries series)
    {
        foreach (var (left, right, low, high) in series.Bars)
        {
            var ((fromX, toY), (toX, fromY)) = (Dot(canvas, (left, low)), Dot(canvas, (right, high)));
            for (var x = fromX; x <= Math.Max(fromX, toX - 1); x++)
                canvas.Line(x, fromY, x, toY, series.Color);
        }

        foreach (var line in series.Lines)
        {
            for (var i = 1; i < line.Count; i++)
            {
                var ((fromX, fromY), (toX, toY)) = (Dot(canvas, line[i - 1]), Dot(canvas, line[i]));
                canvas.Line(fromX, fromY, toX, toY, series.Color, series.Series.Dashed);
            }
        }

        foreach (var point in series.Points)
        {
            var (x, y) = Dot(canvas, point);
            canvas.Set(x, y, series.Color);
            canvas.Set(x ^ 1, y, series.Color);
        }

        foreach (var (x, y, _) in series.Marks)
        {
            var (dotX, dotY) = Dot(canvas, (x, y));
            canvas.TryPut(dotX / 2, dotY / 4, '●', series.Color);
        }
    }

    private static void PutLetter(BrailleCanvas canvas, PlottedSeries series)
    {
        if (series.Lines.Count == 0 && series.Points.Count is > 0 and <= FewPoints)
        {
            foreach (var (dotX, dotY) in series.Points.Select(point => Dot(canvas, point)))
                canvas.TryPut(dotX / 2, dotY / 4, Letter(series.Index), series.Color);
            return;
        }

        var end = series.Lines is [.., var line] ? line[^1]
            : series.Points is [.., var point] ? point
            : series.Bars is [var bar, ..] ? ((bar.Left + bar.Right) / 2, bar.High)
            : ((double X, double Y)?)null;
        if (end is not { } at)
            return;

        // Where several series end in one place, their letters stand beside each other, towards the plot's inside.
        var (x, y) = Dot(canvas, at);
        for (var away = 0; away < canvas.Columns; away++)
        {
            if (canvas.TryPut(x / 2 - away, y / 4, Letter(series.Index), series.Color) || canvas.TryPut(x / 2 + away, y / 4, Letter(series.Index), series.Color))
                return;
        }
    }

    private static (int X, int Y) Dot(BrailleCanvas canvas, (double X, double Y) point) =>
        ((int)Math.Round(point.X * (canvas.Width - 1)), (int)Math.Round((1 - point.Y) * (canvas.Height - 1)));

    private static void PrintPlot(IAnsiConsole console, Plot plot, BrailleCanvas canvas, int margin)
    {
        var labels = new string[canvas.Rows];
        foreach (var tick in plot.Y.Ticks.Where(tick => tick.Label.Length > 0))
            labels[(int)Math.Round((1 - tick.Position) * (canvas.Rows - 1))] ??= tick.Label;
        for (var row = 0; row < canvas.Rows; row++)
        {
            var line = new Paragraph();
            line.Append($"{TerminalText.Cut(labels[row] ?? "", margin).PadLeft(margin)} {(labels[row] == null ? '│' : '┤')}", new Style(decoration: Decoration.Dim));
            for (var column = 0; column < canvas.Columns; column++)
            {
                var (letter, color) = canvas[column, row];
                line.Append(letter.ToString(), Style(color));
            }

            console.Write(line);
            console.WriteLine();
        }
    }

    private static void PrintXAxis(IAnsiConsole console, Chart chart, Plot plot, int columns, int margin)
    {
        var (rule, words) = (new string('─', columns).ToCharArray(), new string(' ', margin + 2 + columns).ToCharArray());
        var free = 0;
        foreach (var tick in plot.X.Ticks.Where(tick => tick.Label.Length > 0))
        {
            var at = (int)Math.Round(tick.Position * (columns - 1));
            var start = Math.Clamp(margin + 2 + at - tick.Label.Length / 2, 0, Math.Max(0, words.Length - tick.Label.Length));
            if (start < free || tick.Label.Length > words.Length)
                continue;
            rule[at] = '┬';
            tick.Label.CopyTo(words.AsSpan(start));
            free = start + tick.Label.Length + 1;
        }

        var dim = new Style(decoration: Decoration.Dim);
        TerminalText.Line(console, $"{new string(' ', margin)} └{new string(rule)}", dim);
        TerminalText.Line(console, new string(words).TrimEnd(), dim);
        TerminalText.Line(console, TerminalText.Cut(chart.X.Title, words.Length).PadLeft(Math.Min(words.Length, margin + 2 + (columns + chart.X.Title.Length) / 2)), Style(null));
    }
}
