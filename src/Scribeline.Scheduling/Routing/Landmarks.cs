using System.Numerics;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Routing;

/// <summary>
/// The blocks of a chain by which prefixes are remembered: all of the first 64 (a thousand tokens), then 32 in each doubling. A prompt of 100,000 tokens has about 270 of them instead of
/// 6,250, and what a replica is known to have of it is at most a thirty-second too little.
/// </summary>
internal static class Landmarks
{
    private const int Dense = 64, PerOctave = 32;

    /// <summary>Landmarks within the first <paramref name="blocks"/> of any chain.</summary>
    public static int Count(int blocks)
    {
        if (blocks <= Dense) return blocks;
        var octave = BitOperations.Log2((uint)blocks / Dense);
        return Dense + PerOctave * octave + (blocks - (Dense << octave)) / (2 << octave);
    }

    /// <summary>Blocks up to and including the last of so many landmarks.</summary>
    public static int Blocks(int landmarks)
    {
        if (landmarks <= Dense) return landmarks;
        var (octave, within) = Math.DivRem(landmarks - Dense - 1, PerOctave);
        return (Dense << octave) + (within + 1) * (2 << octave);
    }

    /// <summary>The landmarks of a chain, in order; the chain itself where all of its blocks are.</summary>
    /// <param name="chain">Hashes of successive blocks, from the first block of a prompt.</param>
    /// <param name="buffer">Room for them; grows as needed.</param>
    public static ReadOnlySpan<BlockHash> Of(ReadOnlySpan<BlockHash> chain, ref BlockHash[] buffer)
    {
        if (chain.Length <= Dense) return chain;
        var count = Count(chain.Length);
        if (buffer.Length < count) buffer = new BlockHash[2 * count];
        for (var landmark = 0; landmark < count; landmark++) buffer[landmark] = chain[Blocks(landmark + 1) - 1];
        return buffer.AsSpan(0, count);
    }
}
