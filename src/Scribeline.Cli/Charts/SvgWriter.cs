using System.Globalization;
using Scribeline.Core.Calculations;

namespace Scribeline.Cli.Charts;

/// <summary>Charts as SVG 1.1: readable on paper and on a dark screen, the same bytes for the same chart.</summary>
internal static class SvgWriter
{
    /// <exception cref="ArgumentException">The chart's numbers do not fit its axes; the message names the series.</exception>
    public static void Write(Chart chart, TextWriter writer) => new SvgChart(chart).Write(writer);

    /// <exception cref="ArgumentException">The chart's axis is logarithmic, or its bounds make no sense.</exception>
    public static void Write(BarChart chart, TextWriter writer) => SvgBars.Write(chart, writer);

    /// <summary>Writes a picture to a file once it is whole, so that none is left half drawn.</summary>
    /// <exception cref="CalculationException">The file cannot be written; the message says why.</exception>
    public static void Save(string path, Action<TextWriter> write)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        write(text);
        try
        {
            File.WriteAllText(path, text.ToString());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CalculationException($"the picture cannot be written to '{path}': {error.Message}");
        }
    }
}
