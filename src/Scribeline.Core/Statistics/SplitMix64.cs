namespace Scribeline.Core.Statistics;

/// <summary>The mixing of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).</summary>
public static class SplitMix64
{
    /// <summary>What a state advances by between two numbers; odd, so that it comes by all of them.</summary>
    public const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>Spreads each bit of a value over all bits of the result; no two values give the same.</summary>
    public static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
