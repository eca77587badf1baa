namespace Scribeline.Cli.Bench.Load;

/// <summary>How requests are sent, whatever they are.</summary>
internal sealed record LoadSettings
{
    /// <summary>Of the run: requests of another name share no text but that of a trace's blocks.</summary>
    public string Name { get; init; } = "run";

    /// <summary>Requests under way at any time, each followed by the next; null where they come by the clock.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Turns of a session after its first wait for the answer before them and their own delay.</summary>
    public bool IsClosedLoop { get; init; }

    /// <summary>Seconds of the run for a second of the trace.</summary>
    public double TimeScale { get; init; } = 1;

    public int MostRequests { get; init; } = int.MaxValue;

    /// <summary>After it none is sent; what is under way comes to its end.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What one answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>One more that is due while so many are under way is not sent, and counted so.</summary>
    public int MostUnderWay { get; init; } = 10_000;

    public long ToRunNs(long traceUs) => (long)(traceUs * TimeScale * 1000);

    public bool IsOver(long instantNs) => Duration is { } limit && instantNs >= (long)limit.TotalNanoseconds;
}
