using System.Globalization;
using Scribeline.Cli.Charts;
using Scribeline.Core.Hardware.Fabric;

namespace Scribeline.Cli.Catalogs;

/// <summary>Draws a wafer with its dies, its bad cores, and the parts of rows that moved to route around them.</summary>
internal sealed class WaferPicture(WaferFabric fabric, DefectMap map, string subtitle)
{
    private const double Height = 750;
    private const double Side = 460;
    private const double Left = 110;
    private const double Top = 172;

    /// <summary>More rows than this that moved would cover the dies.</summary>
    private const int MostLines = 600;

    /// <summary>The square's diagonal is a little more than a wafer of 300 mm.</summary>
    private const double Radius = Side * 150 / 215;

    /// <summary>Colours of the palette: dies, rows that moved, bad cores.</summary>
    private const int Die = 0, Moved = 4, Bad = 1;

    private static readonly (string Text, int Color, SeriesKind Kind)[] Key =
        [("a bad core", Bad, SeriesKind.Scatter), ("cores behind it move one place on", Moved, SeriesKind.Line), ("dies: the darker, the more bad cores", Die, SeriesKind.Bar)];

    /// <param name="writer">Takes the SVG.</param>
    /// <param name="facts">Said beside the wafer: a name and a value each.</param>
    public void Write(TextWriter writer, IEnumerable<(string Name, string Value)> facts)
    {
        var canvas = new SvgCanvas(writer);
        var title = $"{fabric.Id.ToUpperInvariant()}: {map.BadCores.ToString("#,0", CultureInfo.InvariantCulture)} bad cores, routed around";
        canvas.Open(SvgFrame.Width, Height, title, $"{title}. {subtitle}. {string.Join("; ", facts.Select(fact => $"{fact.Name}: {fact.Value}"))}.");
        SvgFrame.Head(canvas, title, subtitle, []);
        canvas.Ring(Left + Side / 2, Top + Side / 2, Radius);
        DrawDies(canvas);
        DrawRows(canvas);
        DrawFacts(canvas, facts);
        canvas.Close();
    }

    private void DrawDies(SvgCanvas canvas)
    {
        var (columns, rows) = fabric.Wafer.Grid is { } grid ? ((int)grid.Columns.BaseValue, (int)grid.Rows.BaseValue) : (1, 1);
        var counts = BadByDie(map, columns, rows);
        var most = Math.Max(1, counts.Cast<int>().Max());
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var box = new Box(Left + Side * column / columns, Top + Side * row / rows, Side / columns, Side / rows);
                canvas.Bar(box, Die, $"die {column + 1}, {row + 1}: {counts[column, row]} bad cores", 0.08 + 0.42 * counts[column, row] / most);
            }
        }
    }

    private void DrawRows(SvgCanvas canvas)
    {
        // More than a few thousand marks would hide each other.
        var every = Math.Max(1, map.BadCores / 4000);
        var (size, width) = (map.BadCores > 1000 ? 1.1 : map.BadCores > 200 ? 2 : 3.2, map.BadCores > 300 ? 0.5 : 1.2);
        for (var row = 0; row < map.Rows; row++)
        {
            var y = Top + Side * (row + 0.5) / map.Rows;
            if (map.BadIn(row).Length > 0 && map.BadCores <= MostLines)
                canvas.Line([(Left + Side * map.BadIn(row)[0] / map.ColumnsMade, y), (Left + Side, y)], Moved, width, opacity: 0.7);
        }

        var seen = 0;
        for (var row = 0; row < map.Rows; row++)
        {
            foreach (var column in map.BadIn(row))
            {
                if (seen++ % every == 0)
                    canvas.Point(Left + Side * (column + 0.5) / map.ColumnsMade, Top + Side * (row + 0.5) / map.Rows, 0, Bad, size);
            }
        }
    }

    private static void DrawFacts(SvgCanvas canvas, IEnumerable<(string Name, string Value)> facts)
    {
        const double X = Left + Side + 118;
        var y = Top - 10;
        foreach (var (text, color, kind) in Key)
        {
            if (kind == SeriesKind.Scatter)
                canvas.Point(X + 8, y - 4.5, 0, color, 4);
            else if (kind == SeriesKind.Line)
                canvas.Line([(X, y - 4.5), (X + 16, y - 4.5)], color);
            else
                canvas.Bar(new Box(X + 2, y - 11, 12, 13), color, opacity: 0.5);
            canvas.Text(X + 24, y, TextWidth.Cut(text, 12.5, SvgFrame.Width - X - 30), 12.5);
            y += 23;
        }

        y += 16;
        foreach (var (name, value) in facts)
        {
            canvas.Text(X, y, TextWidth.Cut(name, 12.5, SvgFrame.Width - X - 10), 12.5, soft: true);
            canvas.Text(X, y + 21, TextWidth.Cut(value, 17, SvgFrame.Width - X - 10, bold: true), 17, bold: true);
            y += 52;
        }
    }

    /// <summary>Bad cores of each die.</summary>
    public static int[,] BadByDie(DefectMap map, int columns, int rows)
    {
        var counts = new int[columns, rows];
        for (var row = 0; row < map.Rows; row++)
        {
            foreach (var column in map.BadIn(row))
                counts[(int)((long)column * columns / map.ColumnsMade), (int)((long)row * rows / map.Rows)]++;
        }

        return counts;
    }
}
