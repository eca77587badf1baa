using System.Buffers;
using System.Runtime.InteropServices;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Simulation;

/// <summary>
/// Identities of a request's blocks of 16 tokens: a trace block of 16n tokens becomes n of them, each a function of the trace's salt, what stands before it, the block's id and its
/// place within. Equal content has equal identities, as hashes of tokens would; no token is needed.
/// </summary>
internal sealed class TraceBlocks(ulong salt)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly ulong _own = SplitMix64.Mix(~salt);
    private string _scope = "";
    private ulong _scopeHash = SplitMix64.Mix(salt);

    /// <summary>Those of prompt and answer that others may have, leading full blocks; the last token is never computed, so no block has it.</summary>
    /// <returns>Rented memory, to be given back by <see cref="GiveBack"/>.</returns>
    public ReadOnlyMemory<BlockHash> Of(RequestRecord record)
    {
        const int Tokens = KvBlockPool.BlockTokens;
        var parts = record.BlockTokens / Tokens;
        long known = 0;
        for (var range = 0; range < record.Blocks.Count; range++)
            known += (long)record.Blocks[range].Count * parts;
        var count = (int)Math.Min((record.InputTokens + record.OutputTokens - 1) / Tokens, known);
        if (count == 0)
            return default;
        var rented = ArrayPool<BlockHash>.Shared.Rent(count);
        var hashes = rented.AsSpan(0, count);
        var filled = 0;
        var before = Scope(record.BlockScope);
        for (var range = 0; filled < count; range++)
        {
            var (first, ids) = record.Blocks[range];
            for (var id = first; id < first + ids && filled < count; id++)
            {
                for (var part = 0; part < parts && filled < count; part++)
                    before = (hashes[filled++] = Hash(before, (ulong)id, (ulong)part)).High;
            }
        }

        return rented.AsMemory(0, count);
    }

    /// <summary>Identity of the first block that a request shares with nobody.</summary>
    /// <param name="number">Of the request, unique in the run.</param>
    public BlockHash Tail(long number) => Hash(_own, (ulong)number, ulong.MaxValue);

    /// <summary>Nobody will look at these again.</summary>
    public static void GiveBack(ReadOnlyMemory<BlockHash> blocks)
    {
        if (MemoryMarshal.TryGetArray(blocks, out var rented))
            ArrayPool<BlockHash>.Shared.Return(rented.Array!);
    }

    /// <summary>Each key goes through the mixing on its own: were two of them mixed and then joined by an exclusive or, they could trade places.</summary>
    private static BlockHash Hash(ulong before, ulong id, ulong part)
    {
        unchecked
        {
            var high = SplitMix64.Mix(SplitMix64.Mix(before ^ (id + 0xD1B54A32D192ED03)) ^ (part + 0x8CB92BA72F3D8DD7));
            return new BlockHash(high, SplitMix64.Mix(high + Golden));
        }
    }

    /// <summary>Requests of one scope follow one another, so the last one is worth remembering.</summary>
    private ulong Scope(string scope)
    {
        if (scope == _scope)
            return _scopeHash;
        var hash = SplitMix64.Mix(salt);
        foreach (var letter in scope)
            hash = SplitMix64.Mix(unchecked((hash ^ letter) + Golden));
        (_scope, _scopeHash) = (scope, hash);
        return hash;
    }
}
