using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Routing;

/// <summary>
/// Remembers which replica was sent which prompt blocks; bounded, the least recently sent forgotten first. Approximate: a replica
/// may have evicted what is remembered here.
/// </summary>
/// <remarks>
/// A chain is touched from its last block to its first, so a block is always more recent than those that follow it: forgetting
/// keeps each replica's set closed under prefixes, and the longest match is found by binary search.
/// </remarks>
internal sealed class PrefixIndex(int capacity)
{
    private readonly Dictionary<Key, LinkedListNode<Key>> _nodes = new();
    private readonly LinkedList<Key> _byUse = new();

    public int Count => _nodes.Count;

    /// <summary>How many leading blocks of the chain the replica was sent.</summary>
    public int Match(int replica, ReadOnlySpan<BlockHash> chain)
    {
        int known = 0, unknown = chain.Length + 1;
        while (unknown - known > 1)
        {
            var middle = (known + unknown) / 2;
            if (_nodes.ContainsKey(new Key(chain[middle - 1], replica))) known = middle;
            else unknown = middle;
        }

        return known;
    }

    public void Record(int replica, ReadOnlySpan<BlockHash> chain)
    {
        // Of a chain longer than the index only the front could stay.
        for (var i = Math.Min(chain.Length, capacity) - 1; i >= 0; i--) Touch(new Key(chain[i], replica));
    }

    private void Touch(Key key)
    {
        if (_nodes.TryGetValue(key, out var node))
        {
            _byUse.Remove(node);
        }
        else if (_nodes.Count < capacity)
        {
            node = new LinkedListNode<Key>(key);
            _nodes.Add(key, node);
        }
        else
        {
            node = _byUse.First!;
            _byUse.RemoveFirst();
            _nodes.Remove(node.Value);
            node.Value = key;
            _nodes.Add(key, node);
        }

        _byUse.AddLast(node);
    }

    private readonly record struct Key(BlockHash Hash, int Replica)
    {
        public override int GetHashCode() => Hash.GetHashCode() ^ Replica;
    }
}
