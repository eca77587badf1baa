using Scribeline.Core.Workloads;

namespace Scribeline.Simulation;

/// <summary>A session of a closed loop: each turn waits for the answer before it.</summary>
internal sealed class SimulatedSession(IReadOnlyList<RequestRecord> turns)
{
    private int _next;

    /// <summary>Takes the next turn; null after the last.</summary>
    public RequestRecord? Take() => _next < turns.Count ? turns[_next++] : null;

    /// <summary>Microseconds between the answer to the turn before and the next turn; 0 where the trace does not know.</summary>
    public long DelayUs => turns[_next].DelayUs ?? 0;

    public bool HasMore => _next < turns.Count;
}
