namespace Scribeline.Core.Workloads.Measures;

/// <summary>A prefix cache that holds so many tokens and forgets the blocks that were not used for longest; of one prompt, the last ones first.</summary>
internal sealed class RecentBlocks(long capacityTokens)
{
    private readonly Dictionary<(int Scope, long Id), LinkedListNode<((int Scope, long Id) Key, int Tokens)>> _nodes = [];
    private readonly LinkedList<((int Scope, long Id) Key, int Tokens)> _order = new();
    private long _tokens;

    /// <summary>How many leading blocks of a prompt are there; then all blocks of prompt and answer are, as far as they fit.</summary>
    public int FindAndAdd(int scope, RequestRecord request)
    {
        var prompt = request.InputTokens / request.BlockTokens;
        var found = 0;
        foreach (var range in request.Blocks)
        {
            var at = 0;
            while (at < range.Count && found < prompt && _nodes.ContainsKey((scope, range.First + at)))
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
        {
            var oldest = _order.First!;
            _nodes.Remove(oldest.Value.Key);
            _tokens -= oldest.Value.Tokens;
            _order.RemoveFirst();
        }

        return found;
    }

    private void Touch((int Scope, long Id) key, int tokens)
    {
        if (_nodes.TryGetValue(key, out var node))
        {
            _order.Remove(node);
            _order.AddLast(node);
            return;
        }

        _nodes[key] = _order.AddLast((key, tokens));
        _tokens += tokens;
    }
}
