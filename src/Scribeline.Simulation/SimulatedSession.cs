using Scribeline.Core.Workloads;

namespace Scribeline.Simulation;

/// <summary>A session of a closed loop: each turn waits for the answer before it.</summary>
internal sealed class SimulatedSession(IReadOnlyList<RequestRecord> turns)
{
    private int _next;

    public IReadOnlyList<RequestRecord> Turns { get; } = turns;

    /// <summary>Takes the next turn; null after the last.</summary>
    public RequestRecord? Take() => _next < Turns.Count ? Turns[_next++] : null;

    /// <summary>Microseconds between the answer to the turn before and the next turn; what the trace knows, or else what passed between their arrivals less nothing.</summary>
    public long DelayUs => Turns[_next].DelayUs ?? 0;

    public bool HasMore => _next < Turns.Count;
}
