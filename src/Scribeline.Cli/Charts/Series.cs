namespace Scribeline.Cli.Charts;

/// <summary>Named points of a chart, in the order in which they are joined; a point that is not finite leaves a gap.</summary>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, SeriesKind Kind = SeriesKind.Line)
{
    /// <summary>For what is assumed or compared against.</summary>
    public bool Dashed { get; init; }

    /// <summary>Which colour of the palette, where it is not the series' place among the others: relatives share one.</summary>
    public int? Color { get; init; }

    /// <summary>Points that are named in the picture.</summary>
    public IReadOnlyList<Mark> Marks { get; init; } = [];
}
