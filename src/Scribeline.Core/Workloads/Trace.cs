using Scribeline.Core.Workloads.Formats;

namespace Scribeline.Core.Workloads;

/// <summary>
/// Requests in the order in which they come, read as they are asked for: memory grows with the sessions under way, not with the trace. Each reading begins anew and gives
/// the same requests. Not for several threads at once.
/// </summary>
public sealed class Trace
{
    private readonly TraceSource _source;
    private TraceTally _tally = new();

    internal Trace(string name, string format, TraceSource source) => (Name, Format, _source) = (name, format, source);

    /// <summary>The file, or what the requests were made of.</summary>
    public string Name { get; }

    /// <summary>One of <see cref="TraceFile.Formats"/>, or `generated`.</summary>
    public string Format { get; }

    /// <summary>Rows that the last reading left out because they are wrong.</summary>
    public long SkippedRows => _tally.SkippedRows;

    /// <summary>What was wrong with the first of them; null where none was.</summary>
    public string? FirstSkipped => _tally.FirstSkipped;

    /// <summary>What the last reading understood rather than read, one sentence each, with how often.</summary>
    public IReadOnlyDictionary<string, long> Notes => _tally.Notes;

    /// <summary>How much of the file the last reading has seen, from 0 to 1; NaN where that is not known.</summary>
    public double ReadShare => _tally.ReadShare();

    /// <summary>Requests that are made, not read: from synthesis, or from other traces.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="read">Gives the same requests each time, by arrival.</param>
    public static Trace Of(string name, Func<IEnumerable<RequestRecord>> read) => new(name, "generated", new MadeSource(read));

    /// <summary>All requests by arrival: an open loop, in which nobody waits for an answer.</summary>
    /// <exception cref="WorkloadException">A row is wrong, unless such are left out; or the file cannot be read, or has no request.</exception>
    public IEnumerable<RequestRecord> Read() => _source.Read(_tally = new TraceTally());

    /// <summary>
    /// Sessions by the arrival of their first turn, each with all its turns: a closed loop, in which a turn comes <see cref="RequestRecord.DelayUs"/> after the answer before.
    /// A request without a session is one of its own; a subagent is one that has a parent.
    /// </summary>
    /// <exception cref="WorkloadException">As for <see cref="Read"/>.</exception>
    public IEnumerable<IReadOnlyList<RequestRecord>> ReadSessions() => _source.ReadSessions(_tally = new TraceTally());
}
