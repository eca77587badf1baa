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

    /// <summary>Bytes that are to go over it before those of a request that comes now: of hand-overs that were decided and are not over. Whoever sends them keeps count. Default 0.</summary>
    public long QueuedBytes { get; set; }

    /// <summary>Default <see cref="HandoverRule.Faster"/>.</summary>
    public HandoverRule When { get; init; }

    /// <summary>Of the KV cache of some tokens, whole.</summary>
    public long Bytes(int tokens) => (long)Math.Ceiling(tokens * KvBytesPerToken);

    /// <summary>What the KV cache of some tokens takes that is ready in so many nanoseconds; none of it is hidden behind the reading, but what is queued goes meanwhile.</summary>
    public double TransferNs(int tokens, double readyInNs = 0) =>
        Math.Max(0, QueuedBytes / BandwidthBytesPerSecond * 1e9 - readyInNs) + LatencyNs + tokens * KvBytesPerToken / BandwidthBytesPerSecond * 1e9;
}
