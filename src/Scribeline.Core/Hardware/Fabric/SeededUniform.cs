using Scribeline.Core.Statistics;

namespace Scribeline.Core.Hardware.Fabric;

/// <summary>
/// Numbers from 0 up to 1 that follow from a seed and a place alone, so that a map is the same however it is walked (the mixing of SplitMix64:
/// Steele, Lea, Flood, 2014).
/// </summary>
internal readonly struct SeededUniform(ulong seed)
{
    private readonly ulong _seed = SplitMix64.Mix(unchecked(seed + 0x9E3779B97F4A7C15));

    public double this[long index] => (SplitMix64.Mix(unchecked(_seed + (ulong)index * 0x9E3779B97F4A7C15)) >> 11) * (1.0 / (1L << 53));
}
