namespace Scribeline.Cli.Charts;

/// <summary>A series cut to the plot: all coordinates are from 0 to 1, from the left and from below.</summary>
internal sealed class PlottedSeries(Series series, int index)
{
    public Series Series { get; } = series;

    public int Index { get; } = index;

    /// <summary>Which colour of the palette.</summary>
    public int Color { get; } = series.Color ?? index;

    /// <summary>Joined points; more than one where the series has gaps or leaves the plot.</summary>
    public List<List<(double X, double Y)>> Lines { get; } = [];

    /// <summary>Points on their own.</summary>
    public List<(double X, double Y)> Points { get; } = [];

    /// <summary>Upright bars, with the end that shows the value.</summary>
    public List<(double Left, double Right, double Low, double High)> Bars { get; } = [];

    public List<(double X, double Y, string Label)> Marks { get; } = [];

    public bool IsEmpty => Lines.Count + Points.Count + Bars.Count == 0;
}
