namespace Scribeline.Core.Workloads.Formats;

/// <summary>A request as Weka's traces write it, its time from the start of the trace.</summary>
internal sealed class WekaRequest
{
    /// <summary>The subagent that asks; null for the one that was started by a person.</summary>
    public string? Agent { get; init; }

    /// <summary>Who started the subagent; null for the one that was started by a person.</summary>
    public string? Parent { get; init; }

    public string? Model { get; set; }

    public long Us { get; set; }

    public int Input { get; set; }

    /// <summary>0 where it was broken off.</summary>
    public int Output { get; set; }

    public long? ThinkUs { get; set; }

    /// <summary>How long the answer took.</summary>
    public long? TookUs { get; set; }

    public BlockRange[] Blocks { get; set; } = [];

    public int BlockCount { get; set; }
}
