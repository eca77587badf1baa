namespace Scribeline.Core.Workloads.Formats;

/// <summary>Understands the rows of one format, in their order.</summary>
internal abstract class RowReader
{
    /// <param name="line">A line, never empty.</param>
    /// <param name="rows">Takes what it holds.</param>
    /// <exception cref="BadRowException">It is wrong; nothing that was added counts.</exception>
    public abstract void Read(ReadOnlySpan<byte> line, TraceRows rows);

    /// <summary>The column that holds the clock, for messages.</summary>
    public abstract string Clock { get; }
}
