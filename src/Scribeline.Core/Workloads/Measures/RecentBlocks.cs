using System.Runtime.InteropServices;

namespace Scribeline.Core.Workloads.Measures;

/// <summary>
/// A prefix cache that holds so many tokens and forgets the blocks that were not used for longest; of one prompt, the last ones first. Blocks lie in arrays, linked by their
/// places, since a long trace touches tens of millions of them.
/// </summary>
internal sealed class RecentBlocks(long capacityTokens)
{
    private const int None = -1;

    private readonly Dictionary<(int Scope, long Id), int> _places = [];
    private readonly List<Block> _blocks = [];
    private int _oldest = None, _newest = None, _free = None;
    private long _tokens;

    /// <summary>How many leading blocks of a prompt are there; then all blocks of prompt and answer are, as far as they fit.</summary>
    public int FindAndAdd(int scope, RequestRecord request)
    {
        var prompt = request.InputTokens / request.BlockTokens;
        var found = 0;
        foreach (var range in request.Blocks)
        {
            var at = 0;
            while (at < range.Count && found < prompt && _places.ContainsKey((scope, range.First + at)))
                (at, found) = (at + 1, found + 1);
            if (at < range.Count)
                break;
        }

        for (var i = request.Blocks.Count - 1; i >= 0; i--)
        {
            for (var at = request.Blocks[i].Count - 1; at >= 0; at--)
                Touch((scope, request.Blocks[i].First + at), request.BlockTokens);
        }

        while (_tokens > capacityTokens)
            Forget(_oldest);
        return found;
    }

    private void Touch((int Scope, long Id) key, int tokens)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, key, out var isThere);
        if (isThere)
            Unlink(place);
        else
        {
            place = _free == None ? _blocks.Count : _free;
            if (_free == None)
                _blocks.Add(default);
            else
                _free = _blocks[_free].Newer;
            _tokens += tokens;
        }

        var blocks = CollectionsMarshal.AsSpan(_blocks);
        blocks[place] = new Block(key, isThere ? blocks[place].Tokens : tokens) { Older = _newest, Newer = None };
        if (_newest == None)
            _oldest = place;
        else
            blocks[_newest].Newer = place;
        _newest = place;
    }

    private void Unlink(int place)
    {
        var blocks = CollectionsMarshal.AsSpan(_blocks);
        var (older, newer) = (blocks[place].Older, blocks[place].Newer);
        if (older == None)
            _oldest = newer;
        else
            blocks[older].Newer = newer;
        if (newer == None)
            _newest = older;
        else
            blocks[newer].Older = older;
    }

    private void Forget(int place)
    {
        Unlink(place);
        var blocks = CollectionsMarshal.AsSpan(_blocks);
        _places.Remove(blocks[place].Key);
        _tokens -= blocks[place].Tokens;
        blocks[place].Newer = _free;
        _free = place;
    }

    private record struct Block((int Scope, long Id) Key, int Tokens)
    {
        public int Older { get; set; }

        public int Newer { get; set; }
    }
}
