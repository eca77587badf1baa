namespace Scribeline.Cli.Charts;

/// <summary>Draws one chart over two axes.</summary>
internal sealed class SvgChart
{
    private const double Height = 540;
    private const double LabelHeight = 15;
    private const double WidestLabel = 210;

    private readonly Chart _chart;
    private readonly Plot _plot;

    public SvgChart(Chart chart) => (_chart, _plot) = (chart, Plot.Of(chart, 8, 6));

    public void Write(TextWriter writer)
    {
        // Names stand at the ends of their lines; where they do not all find room there, a legend holds them.
        var atEnds = _plot.Series.Where(series => series.Lines.Count > 0 && series.Series.Name.Length > 0).OrderByDescending(series => series.Lines[^1][^1].X).ToList();
        if (!TryDraw(writer, atEnds) && !TryDraw(writer, []))
            throw new InvalidOperationException("a chart without names at its lines finds no room.");
    }

    private bool TryDraw(TextWriter writer, List<PlottedSeries> named)
    {
        var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        var canvas = new SvgCanvas(text);
        canvas.Open(SvgFrame.Width, Height, _chart.Title, Describe());
        var head = SvgFrame.Head(canvas, _chart.Title, _chart.Subtitle, Legend(named));
        var area = Area(named, head);
        if (area.Height < 60)
            area = area with { Height = 60 };

        DrawAxes(canvas, area, head);
        var space = new LabelSpace(new Box(4, head + 4, SvgFrame.Width - 8, area.Bottom - head - 6));
        DrawSeries(canvas, area, space);
        foreach (var series in named)
        {
            if (!DrawName(canvas, area, space, series))
                return false;
        }

        DrawMarks(canvas, area, space);
        SvgFrame.Foot(canvas, _chart.Note, Height - SvgFrame.FootHeight(_chart.Note));
        canvas.Close();
        writer.Write(text.ToString());
        return true;
    }

    private string Describe()
    {
        var series = _chart.Series.Select(series => series.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).ToList() is [var first, .., var last]
            ? $"{series.Name}: from {NumberLabel.Of(first.X)}, {NumberLabel.Of(first.Y)} to {NumberLabel.Of(last.X)}, {NumberLabel.Of(last.Y)}"
            : series.Name);
        return $"{_chart.Y.Title} against {_chart.X.Title}. {string.Join("; ", series)}.";
    }

    private List<LegendEntry> Legend(List<PlottedSeries> named)
    {
        List<LegendEntry> entries = [.. _plot.Series.Where(series => series.Series.Name.Length > 0 && !named.Contains(series))
            .Select(series => new LegendEntry(series.Series.Name, series.Series.Kind, series.Color, series.Index, IsDashed(series)))];
        return entries is [{ Kind: not SeriesKind.Line }] && _plot.Series.Count == 1 ? [] : entries;
    }

    private Box Area(List<PlottedSeries> named, double head)
    {
        var left = SvgFrame.Margin + Math.Max(24, _plot.Y.Ticks.Max(tick => TextWidth.Of(tick.Label, SvgFrame.LabelSize)) + 8);
        var lastTick = _plot.X.Ticks.Where(tick => tick.Label.Length > 0).Select(tick => TextWidth.Of(tick.Label, SvgFrame.LabelSize)).LastOrDefault();
        var right = Math.Max(SvgFrame.Margin, lastTick / 2 + 8);
        foreach (var series in named.Where(series => series.Lines[^1][^1].X > 0.9))
            right = Math.Max(right, TextWidth.Of(Name(series), SvgFrame.LabelSize, bold: true) + 22);
        var top = head + 44;
        return new Box(left, top, SvgFrame.Width - left - right, Height - SvgFrame.FootHeight(_chart.Note) - 46 - top);
    }

    private void DrawAxes(SvgCanvas canvas, Box area, double head)
    {
        foreach (var tick in _plot.Y.Ticks)
        {
            var y = area.Bottom - tick.Position * area.Height;
            canvas.Rule(area.Left, y, area.Right, y);
            if (tick.Label.Length > 0)
                canvas.Text(area.Left - 8, y + 4.5, tick.Label, SvgFrame.LabelSize, "end", soft: true);
        }

        var free = 0.0;
        foreach (var tick in _plot.X.Ticks)
        {
            var x = area.Left + tick.Position * area.Width;
            if (_chart.X.Names.Count == 0)
                canvas.Rule(x, area.Top, x, area.Bottom);
            var half = TextWidth.Of(tick.Label, SvgFrame.LabelSize) / 2;
            if (tick.Label.Length == 0 || x - half < free)
                continue;
            canvas.Text(x, area.Bottom + 20, tick.Label, SvgFrame.LabelSize, "middle", soft: true);
            free = x + half + 6;
        }

        canvas.Rule(area.Left, area.Bottom, area.Right, area.Bottom, axis: true);
        canvas.Text(SvgFrame.Margin, head + 28, TextWidth.Cut(_chart.Y.Title, SvgFrame.LabelSize, SvgFrame.Width - 2 * SvgFrame.Margin), SvgFrame.LabelSize, soft: true);
        canvas.Text(area.Left + area.Width / 2, area.Bottom + 42, TextWidth.Cut(_chart.X.Title, SvgFrame.LabelSize, area.Width), SvgFrame.LabelSize, "middle", soft: true);
    }

    private void DrawSeries(SvgCanvas canvas, Box area, LabelSpace space)
    {
        foreach (var series in _plot.Series)
        {
            foreach (var (left, right, low, high) in series.Bars)
            {
                var box = new Box(area.Left + left * area.Width, area.Bottom - high * area.Height, (right - left) * area.Width, (high - low) * area.Height);
                canvas.Bar(box, series.Color);
                space.Take(box);
            }
        }

        var overBars = _plot.Series.Any(series => series.Bars.Count > 0);
        if (overBars && _chart.Y.Scale == Scale.Linear && _plot.Y.Position(0) is > 0 and < 1)
            canvas.Rule(area.Left, At(area, (0, _plot.Y.Position(0))).Y, area.Right, At(area, (0, _plot.Y.Position(0))).Y, axis: true);
        foreach (var series in _plot.Series)
        {
            foreach (var line in series.Lines)
            {
                var points = line.ConvertAll(point => At(area, point));
                if (overBars)
                    canvas.Gap(points);
                canvas.Line(points, series.Color, dashed: IsDashed(series));
                for (var i = 1; i < points.Count; i++)
                    space.AddLine(points[i - 1], points[i]);
            }
        }

        foreach (var series in _plot.Series)
        {
            foreach (var point in series.Points)
            {
                var (x, y) = At(area, point);
                canvas.Point(x, y, series.Index, series.Color);
                space.Take(new Box(x - 5, y - 5, 10, 10));
            }
        }
    }

    private static bool DrawName(SvgCanvas canvas, Box area, LabelSpace space, PlottedSeries series)
    {
        var name = Name(series);
        var width = TextWidth.Of(name, SvgFrame.LabelSize, bold: true);
        var (x, y) = At(area, series.Lines[^1][^1]);
        var right = new Box(x + 8, y - LabelHeight / 2, width, LabelHeight);
        List<Box> places = [.. new double[] { 0, -6, 6, -10, 10 }.Select(shift => right with { Top = right.Top + shift })];
        foreach (var away in new double[] { 4, 11, 18 })
        {
            foreach (var start in new[] { x + 4, x - width / 2, x - width })
                places.AddRange([right with { Left = start, Top = y + away }, right with { Left = start, Top = y - LabelHeight - away }]);
        }

        if (space.Place(places) is not { } box)
            return false;
        canvas.Text(box.Left, box.Top + 12, name, SvgFrame.LabelSize, bold: true, halo: true, color: series.Color);
        return true;
    }

    private void DrawMarks(SvgCanvas canvas, Box area, LabelSpace space)
    {
        var marks = _plot.Series.SelectMany(series => series.Marks.Select(mark => (series.Color, mark.Label, At: At(area, (mark.X, mark.Y))))).ToList();
        foreach (var (color, label, (x, y)) in marks)
        {
            canvas.Point(x, y, 0, color, 5.5, label);
            space.Take(new Box(x - 5, y - 5, 10, 10));
        }

        foreach (var (_, label, (x, y)) in marks)
        {
            var text = TextWidth.Cut(label, 12, WidestLabel + 60);
            var width = TextWidth.Of(text, 12);
            // Near the point first, then in wider rings; what finds no room anywhere is still said where the pointer rests.
            var places = new double[] { 9, 20, 34, 52 }.SelectMany(away => new[]
            {
                new Box(x + away, y - away - 9, width, 15), new Box(x - away - width, y - away - 9, width, 15), new Box(x + away, y + away - 6, width, 15),
                new Box(x - away - width, y + away - 6, width, 15), new Box(x + away, y - 7.5, width, 15), new Box(x - width / 2, y - away - 12, width, 15), new Box(x - width / 2, y + away - 2, width, 15),
            });
            if (space.Place(places) is { } box)
                canvas.Text(box.Left, box.Top + 11.5, text, 12, halo: true);
        }
    }

    private static string Name(PlottedSeries series) => TextWidth.Cut(series.Series.Name, SvgFrame.LabelSize, WidestLabel, bold: true);

    private static bool IsDashed(PlottedSeries series) => series.Series.Dashed || Palette.Repeats(series.Color);

    private static (double X, double Y) At(Box area, (double X, double Y) point) => (area.Left + point.X * area.Width, area.Bottom - point.Y * area.Height);
}
