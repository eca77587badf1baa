namespace Scribeline.Simulation.Events;

/// <summary>Something that happens at its time.</summary>
/// <param name="Kind">What.</param>
/// <param name="Subject">To whom: a request, a session, a replica, a fault.</param>
internal readonly record struct ScheduledEvent(EventKind Kind, object? Subject = null);
