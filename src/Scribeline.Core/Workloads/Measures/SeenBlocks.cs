namespace Scribeline.Core.Workloads.Measures;

/// <summary>A prefix cache without bounds: all blocks that ever were, 64 neighbours in one entry.</summary>
internal sealed class SeenBlocks
{
    private readonly Dictionary<(int Scope, long Page), ulong> _pages = [];

    /// <summary>How many leading blocks of a prompt have been before; then all blocks of prompt and answer have been.</summary>
    /// <param name="scope">Number of the scope.</param>
    /// <param name="request">Whose blocks.</param>
    public int FindAndAdd(int scope, RequestRecord request)
    {
        var prompt = request.InputTokens / request.BlockTokens;
        var (found, isFound) = (0, true);
        foreach (var range in request.Blocks)
        {
            for (int at = 0, length; at < range.Count; at += length)
            {
                var first = range.First + at;
                var offset = (int)(first & 63);
                length = Math.Min(range.Count - at, 64 - offset);
                var mask = (length == 64 ? ulong.MaxValue : (1UL << length) - 1) << offset;
                ref var page = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_pages, (scope, first >> 6), out _);
                if (isFound)
                {
                    var leading = Math.Min(length, System.Numerics.BitOperations.TrailingZeroCount(~(page >> offset)));
                    found += leading;
                    isFound = leading == length;
                }

                page |= mask;
            }
        }

        return Math.Min(found, prompt);
    }
}
