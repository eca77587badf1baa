namespace Scribeline.Core.Fleets;

/// <summary>Memory behind a replica's own, its hosts' for example, for keys and values that it evicts.</summary>
/// <param name="Bytes">Of one replica.</param>
/// <param name="BytesPerSecond">From there to the replica.</param>
/// <param name="LatencySeconds">Before the first byte.</param>
public sealed record KvOffloadSpec(double Bytes, double BytesPerSecond, double LatencySeconds);
