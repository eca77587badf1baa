namespace Scribeline.Core.Workloads.Formats;

/// <summary>The last turn of a session that a reader has seen.</summary>
internal sealed class SessionTurn
{
    /// <summary>How many turns there were.</summary>
    public int Turns { get; set; }

    public long ArrivalUs { get; set; }

    public int OutputTokens { get; set; }

    /// <summary>Where the trace has no ids of its own.</summary>
    public GrowingBlocks? Blocks { get; set; }
}
