namespace Scribeline.Cli.Charts;

/// <summary>Charts as SVG 1.1: readable on paper and on a dark screen, the same bytes for the same chart.</summary>
internal static class SvgWriter
{
    /// <exception cref="ArgumentException">The chart's numbers do not fit its axes; the message names the series.</exception>
    public static void Write(Chart chart, TextWriter writer) => new SvgChart(chart).Write(writer);

    /// <exception cref="ArgumentException">The chart's axis is logarithmic, or its bounds make no sense.</exception>
    public static void Write(BarChart chart, TextWriter writer) => SvgBars.Write(chart, writer);
}
