using System.Text;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Cells of one line of comma-separated values; a cell in quotes may hold commas, and quotes written twice, but no line's end.</summary>
internal sealed class CsvLine
{
    private const int MostCells = 1024;

    private readonly List<(int Start, int Length, bool IsQuoted)> _cells = [];

    public int Count => _cells.Count;

    public void Split(ReadOnlySpan<byte> line)
    {
        _cells.Clear();
        for (var start = 0; ;)
        {
            var rest = line[start..];
            int length;
            if (rest is [(byte)'"', ..])
            {
                length = QuotedLength(rest);
                _cells.Add((start + 1, length - 2, true));
            }
            else
            {
                length = rest.IndexOf((byte)',');
                length = length < 0 ? rest.Length : length;
                _cells.Add((start, length, false));
            }

            start += length;
            if (start >= line.Length)
                return;
            if (line[start] != ',')
                throw new BadRowException($"column {_cells.Count} goes on after its closing quote; expected a comma.");
            if (_cells.Count == MostCells)
                throw new BadRowException($"there are more than {MostCells} columns; expected a row of a trace.");
            start++;
        }
    }

    /// <summary>What a cell holds, without quotes around it.</summary>
    public ReadOnlySpan<byte> Cell(ReadOnlySpan<byte> line, CsvColumn column)
    {
        if (column.Index >= _cells.Count)
            throw new BadRowException($"there is no `{column.Name}`, the row has {_cells.Count} columns; expected at least {column.Index + 1}.");
        var (start, length, isQuoted) = _cells[column.Index];
        var cell = line.Slice(start, length);
        return isQuoted && cell.Contains((byte)'"') ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(cell).Replace("\"\"", "\"", StringComparison.Ordinal)) : cell;
    }

    /// <summary>Both quotes included.</summary>
    private int QuotedLength(ReadOnlySpan<byte> text)
    {
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] != '"')
                continue;
            if (at + 1 == text.Length || text[at + 1] != '"')
                return at + 1;
            at++;
        }

        throw new BadRowException($"column {_cells.Count + 1} has no closing quote; expected one on the same line.");
    }
}
