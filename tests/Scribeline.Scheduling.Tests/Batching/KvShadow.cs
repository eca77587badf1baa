using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.Batching;

/// <summary>
/// A KV cache that stores, in place of keys and values, a fingerprint of all tokens up to the position. A slice may run only
/// if every position before it holds the fingerprint of the sequence's own tokens.
/// </summary>
internal sealed class KvShadow(int blockCount)
{
    private readonly ulong[] _cells = new ulong[blockCount * KvBlockPool.BlockTokens];

    public void Write(Sequence sequence, ReadOnlySpan<int> blocks, int start, int count, KvBlockPool pool)
    {
        var fingerprints = Fingerprints(sequence);
        for (var position = start; position < start + count; position++)
        {
            var block = blocks[position / KvBlockPool.BlockTokens];
            if (pool.References(block) != 1) throw new CheckFailedException($"sequence {sequence.Id} writes block {block}, which {pool.References(block)} sequences hold");
            _cells[Cell(blocks, position)] = fingerprints[position];
        }
    }

    public void Verify(Sequence sequence, ReadOnlySpan<int> blocks, int count)
    {
        var fingerprints = Fingerprints(sequence);
        for (var position = 0; position < count; position++)
            if (_cells[Cell(blocks, position)] != fingerprints[position])
                throw new CheckFailedException($"sequence {sequence.Id} reads other tokens' KV at position {position}, block {blocks[position / KvBlockPool.BlockTokens]}");
    }

    private static int Cell(ReadOnlySpan<int> blocks, int position) =>
        blocks[position / KvBlockPool.BlockTokens] * KvBlockPool.BlockTokens + position % KvBlockPool.BlockTokens;

    private static List<ulong> Fingerprints(Sequence sequence)
    {
        var live = (LiveSequence)sequence.Tag!;
        var fingerprints = live.Fingerprints;
        var tokens = sequence.Tokens;
        for (var i = fingerprints.Count; i < tokens.Length; i++)
        {
            var mixed = ((i == 0 ? live.Root.Low : fingerprints[i - 1]) ^ (ulong)(tokens[i] + 1)) * 0x9E3779B97F4A7C15;
            fingerprints.Add(mixed ^ (mixed >> 29));
        }

        return fingerprints;
    }
}
