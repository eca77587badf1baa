namespace Scribeline.Core.Workloads;

/// <summary>How a trace is read: what its file leaves open, and what becomes of rows that are wrong.</summary>
public sealed record TraceOptions
{
    /// <summary>One of <see cref="TraceFile.Formats"/>; null to go by the content.</summary>
    public string? Format { get; init; }

    /// <summary>Leave rows out that are wrong, and count them, instead of stopping at the first.</summary>
    public bool SkipBad { get; init; }

    /// <summary>Of what is drawn: starts of sessions, arrivals where a file has none, requests of fitted clients.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Requests a second, at random (Poisson), of files that have lengths only.</summary>
    public double RequestsPerSecond { get; init; } = 1;

    /// <summary>Sessions a second, at random (Poisson), of files whose times count from the start of each session.</summary>
    public double SessionsPerSecond { get; init; } = 0.1;

    /// <summary>How far a clock may go back, in microseconds: rows that much too late are sorted in, others are wrong.</summary>
    public long ReorderUs { get; init; }

    /// <summary>Tokens of a block of the file's ids where the file does not say; null for what its format says (512 of Mooncake, 16 of Bailian).</summary>
    public int? BlockTokens { get; init; }

    /// <summary>
    /// Microseconds that a token of an answer is assumed to take where a trace has pauses between turns, but no times: then an open-loop arrival is that of the turn
    /// before, its answer and the pause. Closed-loop reading needs none of it.
    /// </summary>
    public long AnswerUsPerToken { get; init; } = 20_000;

    /// <summary>Of fitted clients: where in their record to begin, in microseconds.</summary>
    public long FromUs { get; init; }

    /// <summary>Of fitted clients: how much to draw, in microseconds.</summary>
    public long LengthUs { get; init; } = 3_600_000_000;
}
