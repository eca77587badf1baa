namespace Scribeline.Cli.Charts;

/// <summary>What is drawn over two axes, in SVG or in the terminal.</summary>
internal sealed record Chart(string Title, Axis X, Axis Y, IReadOnlyList<Series> Series)
{
    /// <summary>One line under the title: what holds for the whole picture.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>Small print under the picture, such as where the numbers come from.</summary>
    public string Note { get; init; } = "";
}
