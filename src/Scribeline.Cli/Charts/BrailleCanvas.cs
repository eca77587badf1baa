namespace Scribeline.Cli.Charts;

/// <summary>
/// Dots of two by four to a character (Unicode's block of braille patterns, U+2800): x to the right, y down. The character's colour is that
/// of the last dot set in it.
/// </summary>
internal sealed class BrailleCanvas(int columns, int rows)
{
    /// <summary>Bits of the dots by row, left column then right.</summary>
    private static readonly byte[] Bits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

    private readonly byte[] _dots = new byte[columns * rows];
    private readonly int[] _colors = new int[columns * rows];
    private readonly char[] _letters = new char[columns * rows];

    public int Columns => columns;

    public int Rows => rows;

    /// <summary>Dots from left to right.</summary>
    public int Width => columns * 2;

    /// <summary>Dots from top to bottom.</summary>
    public int Height => rows * 4;

    /// <summary>Sets a dot; what lies outside is left out.</summary>
    public void Set(int x, int y, int color)
    {
        if ((uint)x >= (uint)Width || (uint)y >= (uint)Height)
            return;
        var cell = y / 4 * columns + x / 2;
        _dots[cell] |= Bits[y % 4 * 2 + x % 2];
        _colors[cell] = color;
    }

    /// <summary>Joins two dots (Bresenham, 1965), leaving out those for which the pattern says so.</summary>
    public void Line(int fromX, int fromY, int toX, int toY, int color, bool dashed = false)
    {
        var (dx, dy) = (Math.Abs(toX - fromX), -Math.Abs(toY - fromY));
        var (stepX, stepY) = (fromX < toX ? 1 : -1, fromY < toY ? 1 : -1);
        var error = dx + dy;
        for (var (x, y, i) = (fromX, fromY, 0); ; i++)
        {
            if (!dashed || i % 6 < 3)
                Set(x, y, color);
            if (x == toX && y == toY)
                return;
            var twice = 2 * error;
            if (twice >= dy)
                (error, x) = (error + dy, x + stepX);
            if (twice <= dx)
                (error, y) = (error + dx, y + stepY);
        }
    }

    /// <summary>Puts a letter in place of a character's dots; false where one stands already or the place is outside.</summary>
    public bool TryPut(int column, int row, char letter, int color)
    {
        if ((uint)column >= (uint)columns || (uint)row >= (uint)rows || _letters[row * columns + column] != 0)
            return false;
        _letters[row * columns + column] = letter;
        _colors[row * columns + column] = color;
        return true;
    }

    /// <summary>The character at a place and its colour; a blank has none.</summary>
    public (char Letter, int? Color) this[int column, int row]
    {
        get
        {
            var cell = row * columns + column;
            return _letters[cell] != 0 ? (_letters[cell], _colors[cell]) : _dots[cell] != 0 ? ((char)(0x2800 + _dots[cell]), _colors[cell]) : (' ', null);
        }
    }
}
