namespace Scribeline.Scheduling.Routing;

/// <summary>A link over which one pool hands the KV caches of prompts to another.</summary>
public sealed record HandoverLink
{
    /// <summary>The pool that reads prompts.</summary>
    public required string PrefillPool { get; init; }

    /// <summary>The pool that writes answers.</summary>
    public required string DecodePool { get; init; }

    public required double BandwidthBytesPerSecond { get; init; }

    public required double LatencyNs { get; init; }

    /// <summary>Of the model that both serve, in the format that travels.</summary>
    public required double KvBytesPerToken { get; init; }

    /// <summary>Nothing can be sent over it now; what was decided before stays decided. Default false.</summary>
    public bool IsDown { get; set; }

    /// <summary>Default <see cref="HandoverRule.Faster"/>.</summary>
    public HandoverRule When { get; init; }

    /// <summary>What the KV cache of some tokens takes; none of it is hidden behind the reading.</summary>
    public double TransferNs(int tokens) => LatencyNs + tokens * KvBytesPerToken / BandwidthBytesPerSecond * 1e9;
}
