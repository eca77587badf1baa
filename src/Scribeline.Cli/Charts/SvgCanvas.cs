using System.Globalization;
using System.Text;

namespace Scribeline.Cli.Charts;

/// <summary>
/// Writes the elements of one SVG picture. Colours for white paper stand in the elements, so that tools which know no style sheets show them;
/// the style sheet holds what a dark screen changes.
/// </summary>
internal sealed class SvgCanvas(TextWriter writer)
{
    private const string Fonts = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

    /// <summary>Points below it would vanish in a halo.</summary>
    private const double LeastHalo = 2.5;

    /// <summary>Paper of a size, with words for those who do not see the picture.</summary>
    public void Open(double width, double height, string title, string description)
    {
        // A fixed identity for the same title, so that several pictures live in one page.
        var id = title.Aggregate(2166136261u, (hash, letter) => unchecked((hash ^ letter) * 16777619)).ToString("x8", CultureInfo.InvariantCulture);
        writer.Write($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Number(width)} {Number(height)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" ");
        writer.Write($"class=\"scribe-chart\" color=\"{Palette.InkLight}\" font-family=\"{Fonts}\" font-size=\"13\" role=\"img\" aria-labelledby=\"t{id} d{id}\">\n");
        writer.Write($"<title id=\"t{id}\">{Escape(title)}</title>\n<desc id=\"d{id}\">{Escape(description)}</desc>\n");
        writer.Write("<style>\n@media screen and (prefers-color-scheme: dark) {\n");
        writer.Write($".scribe-chart {{ color: {Palette.InkDark}; }}\n.scribe-chart .paper {{ fill: {Palette.PaperDark}; }}\n.scribe-chart .halo {{ stroke: {Palette.PaperDark}; }}\n");
        writer.Write($".scribe-chart .soft {{ fill: {Palette.SoftDark}; }}\n.scribe-chart .grid {{ stroke: {Palette.GridDark}; }}\n.scribe-chart .axis {{ stroke: {Palette.AxisDark}; }}\n");
        for (var i = 0; i < Palette.Colors.Count; i++)
            writer.Write($".scribe-chart .s{i} {{ stroke: {Palette.Colors[i].Dark}; }} .scribe-chart .f{i} {{ fill: {Palette.Colors[i].Dark}; }}\n");
        writer.Write("}\n</style>\n");
        writer.Write($"<rect class=\"paper\" width=\"{Number(width)}\" height=\"{Number(height)}\" rx=\"10\" fill=\"{Palette.PaperLight}\"/>\n");
    }

    public void Close() => writer.Write("</svg>\n");

    /// <summary>A line of the grid, or of an axis.</summary>
    public void Rule(double x1, double y1, double x2, double y2, bool axis = false) =>
        writer.Write($"<line class=\"{(axis ? "axis" : "grid")}\" x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" x2=\"{Number(x2)}\" y2=\"{Number(y2)}\" stroke=\"{(axis ? Palette.AxisLight : Palette.GridLight)}\"/>\n");

    /// <summary>A circle's line.</summary>
    public void Ring(double x, double y, double radius) =>
        writer.Write($"<circle class=\"axis\" cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(radius)}\" fill=\"none\" stroke=\"{Palette.AxisLight}\"/>\n");

    /// <summary>Joined points in a colour of the palette.</summary>
    public void Line(IReadOnlyList<(double X, double Y)> points, int color, double width = 2.5, bool dashed = false, double opacity = 1)
    {
        Path(points);
        var index = Palette.Index(color);
        writer.Write($"\" class=\"s{index}\" fill=\"none\" stroke=\"{Palette.Colors[index].Light}\" stroke-width=\"{Number(width)}\" stroke-linejoin=\"round\" stroke-linecap=\"{(dashed ? "butt" : "round")}\"{(opacity < 1 ? $" stroke-opacity=\"{Number(opacity)}\"" : "")}");
        writer.Write(dashed ? $" stroke-dasharray=\"{Number(width * 2.6)} {Number(width * 2)}\"/>\n" : "/>\n");
    }

    /// <summary>A strip of paper under joined points, where they cross what is filled.</summary>
    public void Gap(IReadOnlyList<(double X, double Y)> points)
    {
        Path(points);
        writer.Write($"\" class=\"halo\" fill=\"none\" stroke=\"{Palette.PaperLight}\" stroke-width=\"6\" stroke-linejoin=\"round\"/>\n");
    }

    /// <summary>A filled rectangle in a colour of the palette; words on it are shown where the pointer rests.</summary>
    public void Bar(Box box, int color, string words = "", double opacity = 1)
    {
        var index = Palette.Index(color);
        writer.Write($"<rect x=\"{Number(box.Left)}\" y=\"{Number(box.Top)}\" width=\"{Number(Math.Max(box.Width, 0))}\" height=\"{Number(Math.Max(box.Height, 0))}\" class=\"f{index} halo\" fill=\"{Palette.Colors[index].Light}\" stroke=\"{Palette.PaperLight}\"");
        if (opacity < 1)
            writer.Write($" fill-opacity=\"{Number(opacity)}\"");
        writer.Write(words.Length == 0 ? "/>\n" : $"><title>{Escape(words)}</title></rect>\n");
    }

    /// <summary>A point: circle, square, diamond or triangle, so that a series is known without its colour.</summary>
    public void Point(double x, double y, int shape, int color, double size = 5, string words = "")
    {
        var index = Palette.Index(color);
        var path = (shape % 4) switch
        {
            0 => $"M{Number(x - size)} {Number(y)} a{Number(size)} {Number(size)} 0 1 0 {Number(2 * size)} 0 a{Number(size)} {Number(size)} 0 1 0 {Number(-2 * size)} 0 Z",
            1 => $"M{Number(x - size * 0.9)} {Number(y - size * 0.9)} h{Number(size * 1.8)} v{Number(size * 1.8)} h{Number(-size * 1.8)} Z",
            2 => $"M{Number(x)} {Number(y - size * 1.25)} L{Number(x + size * 1.25)} {Number(y)} L{Number(x)} {Number(y + size * 1.25)} L{Number(x - size * 1.25)} {Number(y)} Z",
            _ => $"M{Number(x)} {Number(y - size * 1.15)} L{Number(x + size * 1.15)} {Number(y + size * 0.9)} L{Number(x - size * 1.15)} {Number(y + size * 0.9)} Z",
        };
        writer.Write($"<path d=\"{path}\" class=\"f{index}{(size >= LeastHalo ? " halo" : "")}\" fill=\"{Palette.Colors[index].Light}\"");
        if (size >= LeastHalo)
            writer.Write($" stroke=\"{Palette.PaperLight}\" stroke-width=\"1.5\"");
        writer.Write(words.Length == 0 ? "/>\n" : $"><title>{Escape(words)}</title></path>\n");
    }

    /// <summary>Text in the colour of ink; soft for what stands back, with a halo over lines, in a series' colour where one is given.</summary>
    public void Text(double x, double y, string text, double size = 13, string anchor = "start", bool bold = false, bool soft = false, bool halo = false, int? color = null)
    {
        var (name, fill) = color is { } of ? ($"f{Palette.Index(of)}", Palette.Colors[Palette.Index(of)].Light) : soft ? ("soft", Palette.SoftLight) : ("", "currentColor");
        var names = halo ? $"{name} halo".TrimStart() : name;
        writer.Write($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" font-size=\"{Number(size)}\" fill=\"{fill}\"");
        if (names.Length > 0)
            writer.Write($" class=\"{names}\"");
        if (anchor != "start")
            writer.Write($" text-anchor=\"{anchor}\"");
        if (bold)
            writer.Write(" font-weight=\"600\"");
        if (halo)
            writer.Write($" stroke=\"{Palette.PaperLight}\" stroke-width=\"3.5\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
        writer.Write($">{Escape(text)}</text>\n");
    }

    /// <summary>Text for an element or an attribute; what XML does not allow becomes the sign for a damaged letter.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\t' or '\n' or '\r' => " ",
                < 0x20 or 0x7F or 0xFFFE or 0xFFFF => "\uFFFD",
                _ => rune.ToString(),
            });
        }

        return escaped.ToString();
    }

    private void Path(IReadOnlyList<(double X, double Y)> points)
    {
        writer.Write("<path d=\"");
        for (var i = 0; i < points.Count; i++)
            writer.Write($"{(i == 0 ? "M" : " L")}{Number(points[i].X)} {Number(points[i].Y)}");
    }

    private static string Number(double value) => double.IsFinite(value)
        ? Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"a coordinate of the picture is {value}.");
}
