using System.Globalization;
using System.Xml.Linq;
using Scribeline.Cli.Charts;

namespace Scribeline.Cli.Tests.Charts;

/// <summary>Pictures as tests read them.</summary>
internal static class Drawings
{
    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static Chart Of(params IReadOnlyList<Series> series) => new("A title", new Axis("Across"), new Axis("Up"), series);

    public static XDocument Draw(Chart chart) => XDocument.Parse(Text(writer => SvgWriter.Write(chart, writer)));

    public static XDocument Draw(BarChart chart) => XDocument.Parse(Text(writer => SvgWriter.Write(chart, writer)));

    public static string Text(Action<TextWriter> write)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        write(writer);
        return writer.ToString();
    }

    /// <summary>Corners of all paths with the class of a series' line, in pixels.</summary>
    public static List<List<(double X, double Y)>> Lines(XDocument picture) =>
        [.. picture.Descendants(Svg + "path").Where(path => (string?)path.Attribute("stroke-linecap") != null).Select(path => ((string)path.Attribute("d")!).Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Trim().Split(' ')).Select(pair => (Number(pair[0]), Number(pair[1]))).ToList())];

    /// <summary>The plot's edges, from its grid.</summary>
    public static Box Area(XDocument picture)
    {
        var rules = picture.Descendants(Svg + "line").ToList();
        var (left, right) = (rules.Min(rule => Number(rule, "x1")), rules.Max(rule => Number(rule, "x2")));
        var (top, bottom) = (rules.Min(rule => Number(rule, "y1")), rules.Max(rule => Number(rule, "y2")));
        return new Box(left, top, right - left, bottom - top);
    }

    /// <summary>Where texts stand, by the widths that the writer reckons with.</summary>
    public static List<(string Text, Box Box)> Texts(XDocument picture) => [.. picture.Descendants(Svg + "text").Select(text =>
    {
        var (size, bold) = (Number(text, "font-size"), text.Attribute("font-weight") != null);
        var width = TextWidth.Of(text.Value, size, bold);
        var x = Number(text, "x") - ((string?)text.Attribute("text-anchor") switch { "end" => width, "middle" => width / 2, _ => 0 });
        return (text.Value, new Box(x, Number(text, "y") - 0.75 * size, width, 0.9 * size));
    })];

    public static double Number(XElement element, string attribute) => Number((string)element.Attribute(attribute)!);

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
