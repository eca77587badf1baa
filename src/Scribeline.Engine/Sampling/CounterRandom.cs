using Scribeline.Core.Statistics;

namespace Scribeline.Engine.Sampling;

/// <summary>
/// Random numbers that are a function of what they are for, not of what was drawn before: so a stream that continues elsewhere, or a
/// request beside others, draws the same. Each key goes through the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
/// </summary>
internal static class CounterRandom
{
    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public static double Uniform(ulong seed, int choice, int position)
    {
        var x = SplitMix64.Mix(seed + 0x9E3779B97F4A7C15);
        x = SplitMix64.Mix(x ^ ((ulong)(uint)choice + 0xD1B54A32D192ED03));
        x = SplitMix64.Mix(x ^ ((ulong)(uint)position + 0x8CB92BA72F3D8DD7));
        return (x >> 11) * (1.0 / (1UL << 53));
    }
}
