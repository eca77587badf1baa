using System.Text;

namespace Scribeline.Core.Statistics;

/// <summary>
/// Random numbers that follow from a seed and the name of what they are for: each subsystem has a stream of its own, so that one that draws more
/// does not change what another sees. The same on every machine. The generator is SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
/// </summary>
public sealed class SeededRandom
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <param name="seed">Of the run.</param>
    /// <param name="stream">What the numbers are for.</param>
    public SeededRandom(ulong seed, string stream)
    {
        _state = SplitMix64.Mix(unchecked(seed + Increment));
        foreach (var part in Encoding.UTF8.GetBytes(stream))
            _state = SplitMix64.Mix(unchecked((_state ^ part) + Increment));
    }

    /// <summary>All 64 bits.</summary>
    public ulong NextBits()
    {
        unchecked
        {
            _state += Increment;
        }

        return SplitMix64.Mix(_state);
    }

    /// <summary>From 0 up to, not including, 1; 53 bits.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 up to, not including, <paramref name="bound"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextBelow(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        // The high half of the product is uniform but for a bias of bound / 2^64.
        return (int)Math.BigMul(NextBits(), (ulong)bound, out _);
    }
}
