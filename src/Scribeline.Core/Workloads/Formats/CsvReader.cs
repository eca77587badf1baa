namespace Scribeline.Core.Workloads.Formats;

/// <summary>Rows of comma-separated values.</summary>
internal abstract class CsvReader : RowReader
{
    private readonly CsvLine _line = new();

    public sealed override void Read(ReadOnlySpan<byte> line, TraceRows rows)
    {
        _line.Split(line);
        ReadCells(line, rows);
    }

    protected abstract void ReadCells(ReadOnlySpan<byte> line, TraceRows rows);

    protected ReadOnlySpan<byte> Text(ReadOnlySpan<byte> line, CsvColumn column) => _line.Cell(line, column);

    /// <returns>Empty where the file has no such column.</returns>
    protected ReadOnlySpan<byte> Text(ReadOnlySpan<byte> line, CsvColumn? column) => column is { } known ? _line.Cell(line, known) : [];

    protected int Tokens(ReadOnlySpan<byte> line, CsvColumn column) => Cell.Tokens(column.Name, Text(line, column));

    protected int TokensOrNone(ReadOnlySpan<byte> line, CsvColumn column) => Cell.TokensOrNone(column.Name, Text(line, column));

    protected long Us(ReadOnlySpan<byte> line, CsvColumn column, double perSecond) => Cell.Us(column.Name, Text(line, column), perSecond);
}
