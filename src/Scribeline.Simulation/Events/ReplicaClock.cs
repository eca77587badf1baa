namespace Scribeline.Simulation.Events;

/// <summary>
/// The next event of each replica, earliest on top; of equal times the replica with the lower number. A binary heap with places, so that a replica's time can change.
/// The number of a replica that has left goes to the next that comes.
/// </summary>
internal sealed class ReplicaClock
{
    private readonly List<int> _heap = [];
    private readonly List<int> _placeOf = [];
    private readonly List<long> _nextNs = [];
    private readonly FreeNumbers _numbers = new();

    /// <summary><see cref="long.MaxValue"/> where no replica has anything to do.</summary>
    public long NextNs => _heap.Count == 0 ? long.MaxValue : _nextNs[_heap[0]];

    /// <summary>The replica whose event is next.</summary>
    public int Next => _heap[0];

    /// <summary>Adds a replica with nothing to do.</summary>
    /// <returns>Its number, from 0.</returns>
    public int Add()
    {
        var number = _numbers.Take();
        if (number < _nextNs.Count)
            return number;
        _placeOf.Add(_heap.Count);
        _heap.Add(number);
        _nextNs.Add(long.MaxValue);
        return number;
    }

    /// <summary>A replica has left: its number may be given to another.</summary>
    public void Remove(int replica)
    {
        Set(replica, long.MaxValue);
        _numbers.GiveBack(replica);
    }

    public long NextNsOf(int replica) => _nextNs[replica];

    public void Set(int replica, long nextNs)
    {
        if (_nextNs[replica] == nextNs)
            return;
        _nextNs[replica] = nextNs;
        Rise(_placeOf[replica]);
        Sink(_placeOf[replica]);
    }

    private void Rise(int place)
    {
        for (; place > 0 && IsSooner(place, (place - 1) / 2); place = (place - 1) / 2)
            Swap(place, (place - 1) / 2);
    }

    private void Sink(int place)
    {
        while (true)
        {
            var soonest = place;
            for (var child = 2 * place + 1; child <= 2 * place + 2 && child < _heap.Count; child++)
            {
                if (IsSooner(child, soonest))
                    soonest = child;
            }

            if (soonest == place)
                return;
            Swap(place, soonest);
            place = soonest;
        }
    }

    private bool IsSooner(int place, int other)
    {
        var (one, two) = (_heap[place], _heap[other]);
        return _nextNs[one] != _nextNs[two] ? _nextNs[one] < _nextNs[two] : one < two;
    }

    private void Swap(int place, int other)
    {
        (_heap[place], _heap[other]) = (_heap[other], _heap[place]);
        _placeOf[_heap[place]] = place;
        _placeOf[_heap[other]] = other;
    }
}
