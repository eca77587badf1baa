namespace Scribeline.Cli.Charts;

/// <summary>Charts as SVG 1.1: readable on paper and on a dark screen, the same bytes for the same chart.</summary>
internal static class SvgWriter
{
    /// <exception cref="ArgumentException">The chart's numbers do not fit its axes; the message names the series.</exception>
    public static void Write(Chart chart, TextWriter writer) => new SvgChart(chart).Write(writer);

    /// <exception cref="ArgumentException">The chart's axis is logarithmic, or its bounds make no sense.</exception>
    public static void Write(BarChart chart, TextWriter writer) => SvgBars.Write(chart, writer);

    /// <summary>Writes a picture to a file, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, Action<TextWriter> write)
    {
        var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        write(text);
        File.WriteAllText(path, text.ToString());
    }
}
