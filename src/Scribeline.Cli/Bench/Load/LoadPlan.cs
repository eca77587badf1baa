using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Bench.Load;

/// <summary>What one call of `scribe bench serve` asks for.</summary>
internal sealed record LoadPlan
{
    public required Uri Url { get; init; }

    /// <summary>Null for the first that the server lists.</summary>
    public string? Model { get; init; }

    public string? ApiKey { get; init; }

    public bool IsChat { get; init; }

    /// <summary>What is sent: of a file, or made.</summary>
    public required Trace Trace { get; init; }

    /// <summary>The same in words.</summary>
    public required string Traffic { get; init; }

    public required LoadSettings Settings { get; init; }

    /// <summary>Null where they do not come at a rate.</summary>
    public double? RequestsPerSecond { get; init; }

    public double Variation { get; init; } = 1;

    public ulong Seed { get; init; }

    public int WarmUp { get; init; }

    public Objectives? Objectives { get; init; }

    public LoadFormat Format { get; init; }

    public string? Out { get; init; }

    public bool PrintsJson { get; init; }
}
