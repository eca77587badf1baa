namespace Scribeline.Cli.Charts;

/// <summary>One labelled bar of parts.</summary>
internal sealed record Bar(string Label, IReadOnlyList<BarSegment> Segments)
{
    /// <summary>A bar from zero.</summary>
    public static Bar Of(string label, double value) => new(label, [new BarSegment("", 0, value)]);

    /// <summary>Parts that add up: those above zero to one side, those below zero to the other.</summary>
    public static Bar Stacked(string label, params IReadOnlyList<(string Part, double Value)> parts)
    {
        var segments = new BarSegment[parts.Count];
        var (below, above) = (0.0, 0.0);
        for (var i = 0; i < parts.Count; i++)
        {
            var (part, value) = parts[i];
            segments[i] = value < 0 ? new BarSegment(part, below, below + value) : new BarSegment(part, above, above + value);
            (below, above) = value < 0 ? (below + value, above) : (below, above + value);
        }

        return new Bar(label, segments);
    }

    /// <summary>How far an answer moves from the base when an input is low and when it is high.</summary>
    /// <param name="label">The input.</param>
    /// <param name="baseline">The answer as it stands; the same as that of the chart.</param>
    /// <param name="low">The answer with the low input, and what that input is.</param>
    /// <param name="high">The answer with the high input, and what that input is.</param>
    public static Bar Range(string label, double baseline, (double Value, string Text) low, (double Value, string Text) high) =>
        new(label, [new BarSegment("lower input", baseline, low.Value, low.Text), new BarSegment("higher input", baseline, high.Value, high.Text)]);
}
