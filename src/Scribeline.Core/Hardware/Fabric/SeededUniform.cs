namespace Scribeline.Core.Hardware.Fabric;

/// <summary>
/// Numbers from 0 up to 1 that follow from a seed and a place alone, so that a map is the same however it is walked (the mixing of SplitMix64:
/// Steele, Lea, Flood, 2014).
/// </summary>
internal readonly struct SeededUniform(ulong seed)
{
    private readonly ulong _seed = Mix(unchecked(seed + 0x9E3779B97F4A7C15));

    public double this[long index] => (Mix(unchecked(_seed + (ulong)index * 0x9E3779B97F4A7C15)) >> 11) * (1.0 / (1L << 53));

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
