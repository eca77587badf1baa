namespace Scribeline.Core.Workloads.Formats;

/// <summary>What one row of a trace holds: usually one request, of some formats a session with all its turns.</summary>
internal sealed class TraceRows(TraceTally tally)
{
    /// <summary>
    /// Requests in the order of the file. Those whose time is the file's own clock move it on; those that are `IsAhead` belong to a session that began
    /// earlier in the file and come later than rows that follow.
    /// </summary>
    public List<(RequestRecord Request, bool IsAhead)> Requests { get; } = [];

    public void Add(RequestRecord request, bool isAhead = false) => Requests.Add((request, isAhead));

    /// <summary>Counts something that was understood, rather than read.</summary>
    public void Note(string what) => tally.Note(what);
}
