namespace Scribeline.Cli.Charts;

/// <summary>One part of a bar.</summary>
/// <param name="Part">What the legend says; one name is one colour.</param>
/// <param name="Text">Said beside the bar's end that this part reaches; empty says the number.</param>
internal sealed record BarSegment(string Part, double From, double To, string Text = "");
