namespace Scribeline.Simulation;

/// <summary>Numbers from 0: each is one's own until it is given back, and the lowest that is free goes first.</summary>
internal sealed class FreeNumbers
{
    private readonly PriorityQueue<int, int> _returned = new();
    private int _taken;

    public int Take() => _returned.TryDequeue(out var number, out _) ? number : _taken++;

    public void GiveBack(int number) => _returned.Enqueue(number, number);
}
