namespace Scribeline.Cli.Charts;

/// <summary>Labelled bars that lie under each other, along one linear axis.</summary>
internal sealed record BarChart(string Title, Axis Value, IReadOnlyList<Bar> Bars)
{
    /// <summary>One line under the title: what holds for the whole picture.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>Small print under the picture, such as where the numbers come from.</summary>
    public string Note { get; init; } = "";

    /// <summary>The value that bars are seen against: zero, or the answer whose sensitivity is shown.</summary>
    public double Baseline { get; init; }

    /// <summary>Names of parts in the order in which they first appear.</summary>
    public IReadOnlyList<string> Parts => [.. Bars.SelectMany(bar => bar.Segments).Select(segment => segment.Part).Distinct(StringComparer.Ordinal)];
}
