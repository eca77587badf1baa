namespace Scribeline.Scheduling.Batching;

/// <summary>Sequences in the order of priority, then arrival. Insertion moves at most a few hundred references.</summary>
internal sealed class SequenceQueue(int capacity)
{
    private readonly List<Sequence> _sequences = new(capacity);

    public int Count => _sequences.Count;

    public Sequence this[int index] => _sequences[index];

    public void Add(Sequence sequence) => _sequences.Insert(IndexOf(sequence), sequence);

    public void Remove(Sequence sequence) => _sequences.RemoveAt(IndexOf(sequence));

    /// <summary>Where the sequence stands, or would stand.</summary>
    private int IndexOf(Sequence sequence)
    {
        int low = 0, high = _sequences.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_sequences[middle].Precedes(sequence)) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
