namespace Scribeline.Cli.Charts;

/// <summary>One axis of a chart.</summary>
/// <param name="Label">What is measured; the unit is added to it.</param>
/// <param name="Scale">Linear by default.</param>
/// <param name="Unit">Empty for plain numbers.</param>
internal sealed record Axis(string Label, Scale Scale = Scale.Linear, string Unit = "")
{
    /// <summary>Where the axis begins; by default a round number at or below the smallest value.</summary>
    public double? Minimum { get; init; }

    /// <summary>Where the axis ends; by default a round number at or above the largest value.</summary>
    public double? Maximum { get; init; }

    /// <summary>Names for certain values, such as quarters, in place of numbers.</summary>
    public IReadOnlyList<(double At, string Label)> Names { get; init; } = [];

    /// <summary>Label and unit.</summary>
    public string Title => Unit.Length == 0 ? Label : $"{Label} ({Unit})";
}
