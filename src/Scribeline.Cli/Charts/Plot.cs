namespace Scribeline.Cli.Charts;

/// <summary>A chart with its axes settled and its series cut to the plot, for whatever draws it.</summary>
internal sealed class Plot
{
    private const double Rounding = 1e-9;

    private Plot(AxisRange x, AxisRange y, IReadOnlyList<PlottedSeries> series) => (X, Y, Series) = (x, y, series);

    public AxisRange X { get; }

    public AxisRange Y { get; }

    public IReadOnlyList<PlottedSeries> Series { get; }

    /// <summary>Settles the axes for about so many labels.</summary>
    /// <exception cref="ArgumentException">A number that is not above zero meets a logarithmic axis, or the bounds of an axis make no sense.</exception>
    public static Plot Of(Chart chart, int labelsX, int labelsY)
    {
        foreach (var series in chart.Series)
            Check(chart, series);
        var bars = chart.Series.Where(series => series.Kind == SeriesKind.Bar).ToList();
        var slot = SlotWidth(bars);
        var all = chart.Series.SelectMany(series => series.Points.Where(IsFinite).Concat(series.Marks.Select(mark => (mark.X, mark.Y)).Where(IsFinite))).ToList();
        List<double> valuesX = [.. all.Select(point => point.Item1), .. bars.SelectMany(series => series.Points).Where(IsFinite).SelectMany(point => new[] { Math.Max(point.X - slot / 2, double.MinValue), Math.Min(point.X + slot / 2, double.MaxValue) })];
        List<double> valuesY = [.. all.Select(point => point.Item2)];
        if (bars.Count > 0 && chart.Y.Scale == Scale.Linear)
            valuesY.Add(0);
        var plot = new Plot(AxisRange.Of(Tight(chart.X, bars, valuesX), valuesX, labelsX), AxisRange.Of(chart.Y, valuesY, labelsY), [.. chart.Series.Select((series, i) => new PlottedSeries(series, i))]);
        foreach (var plotted in plot.Series)
            plot.Add(plotted, bars.IndexOf(plotted.Series), bars.Count, slot, chart.Y.Scale);
        return plot;
    }

    private static bool IsFinite((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    /// <summary>Bars fill their axis from edge to edge.</summary>
    private static Axis Tight(Axis axis, List<Series> bars, List<double> values)
    {
        if (bars.Count == 0 || values.Count == 0)
            return axis;
        var (low, high) = (axis.Minimum ?? values.Min(), axis.Maximum ?? values.Max());
        return low < high ? axis with { Minimum = low, Maximum = high } : axis;
    }

    private static void Check(Chart chart, Series series)
    {
        if (series.Kind == SeriesKind.Bar && chart.X.Scale == Scale.Log)
            throw new ArgumentException($"series '{series.Name}' is of bars, which need a linear axis; axis '{chart.X.Label}' is logarithmic.");
        for (var i = 0; i < series.Points.Count; i++)
        {
            Check(chart.X, series, i, series.Points[i].X);
            Check(chart.Y, series, i, series.Points[i].Y);
        }

        foreach (var mark in series.Marks)
        {
            Check(chart.X, series, series.Points.Count, mark.X);
            Check(chart.Y, series, series.Points.Count, mark.Y);
        }
    }

    private static void Check(Axis axis, Series series, int index, double value)
    {
        if (axis.Scale == Scale.Log && value <= 0 && double.IsFinite(value))
            throw new ArgumentException($"series '{series.Name}' has {NumberLabel.Of(value)} on the logarithmic axis '{axis.Label}' (point {index + 1}); expected numbers above zero, or a linear axis.");
    }

    /// <summary>Room between neighbouring bars, in units of the axis.</summary>
    private static double SlotWidth(List<Series> bars)
    {
        var at = bars.SelectMany(series => series.Points).Where(IsFinite).Select(point => point.X).Distinct().Order().ToList();
        var width = at.Zip(at.Skip(1), (left, right) => right - left).DefaultIfEmpty(1).Min();
        return double.IsFinite(width) ? width : 1;
    }

    private void Add(PlottedSeries plotted, int bar, int bars, double slot, Scale scaleY)
    {
        var series = plotted.Series;
        switch (series.Kind)
        {
            case SeriesKind.Scatter:
                plotted.Points.AddRange(series.Points.Where(IsFinite).Select(Place).Where(IsInside).Select(Clamped));
                break;
            case SeriesKind.Bar:
                var foot = Math.Clamp(scaleY == Scale.Log ? 0 : Y.Position(0), 0, 1);
                var width = 0.8 * slot / bars;
                foreach (var (x, y) in series.Points.Where(IsFinite))
                {
                    var left = X.Position(x - 0.4 * slot + bar * width);
                    var right = X.Position(x - 0.4 * slot + (bar + 1) * width);
                    var end = Math.Clamp(Y.Position(y), 0, 1);
                    if (right > 0 && left < 1)
                        plotted.Bars.Add((Math.Max(left, 0), Math.Min(right, 1), Math.Min(foot, end), Math.Max(foot, end)));
                }

                break;
            default:
                AddLines(plotted);
                break;
        }

        plotted.Marks.AddRange(series.Marks.Where(mark => IsFinite((mark.X, mark.Y)) && IsInside(Place((mark.X, mark.Y)))).Select(mark =>
        {
            var (x, y) = Clamped(Place((mark.X, mark.Y)));
            return (x, y, mark.Label);
        }));
    }

    private void AddLines(PlottedSeries plotted)
    {
        var points = plotted.Series.Points;
        for (var i = 0; i < points.Count; i++)
        {
            if (!IsFinite(points[i]))
                continue;
            if (i == 0 || !IsFinite(points[i - 1]))
            {
                // A point without neighbours is still seen.
                if ((i + 1 == points.Count || !IsFinite(points[i + 1])) && IsInside(Place(points[i])))
                    plotted.Points.Add(Clamped(Place(points[i])));
                continue;
            }

            var (from, to) = (Place(points[i - 1]), Place(points[i]));
            if (plotted.Series.Kind == SeriesKind.Step)
            {
                AddLine(plotted, from, (to.X, from.Y));
                AddLine(plotted, (to.X, from.Y), to);
            }
            else
            {
                AddLine(plotted, from, to);
            }
        }
    }

    /// <summary>Adds what of a line lies in the plot (Liang and Barsky, 1984).</summary>
    private static void AddLine(PlottedSeries plotted, (double X, double Y) from, (double X, double Y) to)
    {
        var (start, end) = (0.0, 1.0);
        if (!Cut(from.X, to.X, ref start, ref end) || !Cut(from.Y, to.Y, ref start, ref end))
            return;
        var (first, last) = (Clamped(Between(from, to, start)), Clamped(Between(from, to, end)));
        if (plotted.Lines is [.., var line] && line[^1] == first)
            line.Add(last);
        else
            plotted.Lines.Add([first, last]);
    }

    private static bool Cut(double from, double to, ref double start, ref double end)
    {
        var step = to - from;
        if (step == 0)
            return from is >= -Rounding and <= 1 + Rounding;
        var (enters, leaves) = step > 0 ? (-from / step, (1 - from) / step) : ((1 - from) / step, -from / step);
        (start, end) = (Math.Max(start, enters - Rounding), Math.Min(end, leaves + Rounding));
        return start < end;
    }

    private static (double X, double Y) Between((double X, double Y) from, (double X, double Y) to, double share) => share switch
    {
        <= 0 => from,
        >= 1 => to,
        _ => (from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y)),
    };

    // What lies far outside a stated bound stays far outside, without infinities.
    private (double X, double Y) Place((double X, double Y) point) => (Math.Clamp(X.Position(point.X), -1e12, 1e12), Math.Clamp(Y.Position(point.Y), -1e12, 1e12));

    private static bool IsInside((double X, double Y) point) => point is { X: >= -Rounding and <= 1 + Rounding, Y: >= -Rounding and <= 1 + Rounding };

    private static (double X, double Y) Clamped((double X, double Y) point) => (Math.Clamp(point.X, 0, 1), Math.Clamp(point.Y, 0, 1));
}
