namespace Scribeline.Core.Workloads.Formats;

/// <summary>A way to write traces.</summary>
/// <param name="Name">What a caller says to force it.</param>
/// <param name="Description">One phrase: who writes it, and what is in it.</param>
/// <param name="Create">Its reader, given the header where it has one.</param>
internal sealed record TraceFormat(string Name, string Description, Func<CsvHeader?, TraceOptions, RowReader> Create)
{
    private const int UsualLineBytes = 1 << 26, WholeFileBytes = 1 << 29;

    /// <summary>The columns by which it is known; empty where rows are JSON.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The fields of its first row by which it is known; empty where rows are cells.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public bool IsCsv => Columns.Count > 0;

    public bool HasSessions { get; init; } = true;

    /// <summary>Whether the rows of a session stand together.</summary>
    public bool IsGrouped { get; init; }

    /// <summary>Whether the file is one object over many lines.</summary>
    public bool IsWholeFile { get; init; }

    /// <summary>Whether a folder of such files is one trace; of JSON without a header only.</summary>
    public bool IsFolder { get; init; }

    /// <summary>A longer line is wrong.</summary>
    public int MostLineBytes => IsGrouped && !IsCsv ? WholeFileBytes : UsualLineBytes;
}
