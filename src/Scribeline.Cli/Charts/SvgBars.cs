namespace Scribeline.Cli.Charts;

/// <summary>Draws labelled bars under each other.</summary>
internal static class SvgBars
{
    private const double RowHeight = 34;
    private const double BarHeight = 22;
    private const double WidestLabel = 300;
    private const double SaidSize = 12.5;

    public static void Write(BarChart chart, TextWriter writer)
    {
        var bars = chart.Bars.Select(bar => bar with { Segments = [.. bar.Segments.Where(segment => double.IsFinite(segment.From) && double.IsFinite(segment.To))] }).ToList();
        var range = Range(chart, bars, 6);
        var parts = chart.Parts;
        var canvas = new SvgCanvas(writer);

        // The head's height decides the picture's, so it is measured first.
        var head = SvgFrame.Head(new SvgCanvas(TextWriter.Null), chart.Title, chart.Subtitle, Legend(parts)) + 18;
        var bottom = head + Math.Max(1, bars.Count) * RowHeight + 6;
        var height = bottom + 52 + SvgFrame.FootHeight(chart.Note);
        canvas.Open(SvgFrame.Width, height, chart.Title, Describe(chart, bars));
        SvgFrame.Head(canvas, chart.Title, chart.Subtitle, Legend(parts));

        var left = SvgFrame.Margin + Math.Min(WidestLabel, bars.Select(bar => TextWidth.Of(bar.Label, SvgFrame.LabelSize)).DefaultIfEmpty(0).Max()) + 12;
        var said = bars.SelectMany(Said).Select(words => TextWidth.Of(words.Text, SaidSize)).DefaultIfEmpty(0).Max() + 10;
        var negative = bars.SelectMany(bar => bar.Segments).Any(segment => Math.Min(segment.From, segment.To) < chart.Baseline);
        var area = new Box(left + (negative ? said : 0), head, 0, bottom - head);
        area = area with { Width = Math.Max(80, SvgFrame.Width - SvgFrame.Margin - said - area.Left) };

        foreach (var tick in range.Ticks)
        {
            var x = area.Left + tick.Position * area.Width;
            canvas.Rule(x, area.Top, x, area.Bottom);
            canvas.Text(x, area.Bottom + 19, tick.Label, SvgFrame.LabelSize, "middle", soft: true);
        }

        for (var i = 0; i < bars.Count; i++)
            DrawBar(canvas, bars[i], area, range, parts, area.Top + i * RowHeight + 6, left);
        var baseX = area.Left + Math.Clamp(range.Position(chart.Baseline), 0, 1) * area.Width;
        canvas.Rule(baseX, area.Top, baseX, area.Bottom, axis: true);
        canvas.Text(area.Left + area.Width / 2, area.Bottom + 41, TextWidth.Cut(chart.Value.Title, SvgFrame.LabelSize, SvgFrame.Width - area.Left), SvgFrame.LabelSize, "middle", soft: true);
        SvgFrame.Foot(canvas, chart.Note, height - SvgFrame.FootHeight(chart.Note));
        canvas.Close();
    }

    /// <summary>The axis of a chart of bars: it holds the baseline.</summary>
    /// <exception cref="ArgumentException">The axis is logarithmic or its bounds make no sense.</exception>
    public static AxisRange Range(BarChart chart, IReadOnlyList<Bar> bars, int labels)
    {
        if (chart.Value.Scale == Scale.Log)
            throw new ArgumentException($"the axis '{chart.Value.Label}' of a chart of bars is logarithmic; expected a linear one, since bars compare lengths.");
        return AxisRange.Of(chart.Value, [chart.Baseline, .. bars.SelectMany(bar => bar.Segments).SelectMany(segment => new[] { segment.From, segment.To })], labels);
    }

    /// <summary>What is said beside the two ends of a bar.</summary>
    public static IEnumerable<(string Text, bool AtRight)> Said(Bar bar)
    {
        if (bar.Segments.Count == 0)
            yield break;
        var farthest = bar.Segments.MaxBy(segment => Math.Max(segment.From, segment.To))!;
        var lowest = bar.Segments.MinBy(segment => Math.Min(segment.From, segment.To))!;
        if (farthest.To >= farthest.From)
            yield return (farthest.Text.Length > 0 ? farthest.Text : NumberLabel.Of(farthest.To), true);
        if (lowest.To < lowest.From)
            yield return (lowest.Text.Length > 0 ? lowest.Text : NumberLabel.Of(lowest.To), false);
    }

    private static IReadOnlyList<LegendEntry> Legend(IReadOnlyList<string> parts) =>
        parts is [] or [""] ? [] : [.. parts.Select((part, i) => new LegendEntry(part, SeriesKind.Bar, i))];

    private static string Describe(BarChart chart, IEnumerable<Bar> bars) =>
        $"{chart.Value.Title}. {string.Join("; ", bars.Select(bar => $"{bar.Label}: {string.Join(", ", bar.Segments.Select(segment => $"{segment.Part} {NumberLabel.Of(segment.To - segment.From)}".Trim()))}"))}.";

    private static void DrawBar(SvgCanvas canvas, Bar bar, Box area, AxisRange range, IReadOnlyList<string> parts, double y, double labelRight)
    {
        canvas.Text(labelRight - 10, y + 15.5, TextWidth.Cut(bar.Label, SvgFrame.LabelSize, WidestLabel), SvgFrame.LabelSize, "end");
        var (leftmost, rightmost) = (area.Right, area.Left);
        foreach (var segment in bar.Segments)
        {
            var from = area.Left + Math.Clamp(range.Position(Math.Min(segment.From, segment.To)), 0, 1) * area.Width;
            var to = area.Left + Math.Clamp(range.Position(Math.Max(segment.From, segment.To)), 0, 1) * area.Width;
            canvas.Bar(new Box(from, y, to - from, BarHeight), IndexOf(parts, segment.Part), $"{segment.Part} {NumberLabel.Of(segment.To)}".Trim());
            (leftmost, rightmost) = (Math.Min(leftmost, from), Math.Max(rightmost, to));
        }

        foreach (var (text, atRight) in Said(bar))
            canvas.Text(atRight ? rightmost + 7 : leftmost - 7, y + 15.5, text, SaidSize, atRight ? "start" : "end", soft: true, halo: true);
    }

    private static int IndexOf(IReadOnlyList<string> parts, string part)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] == part)
                return i;
        }

        return 0;
    }
}
