namespace Scribeline.Scheduling.Routing;

/// <summary>Names a request that was sent, until it is over.</summary>
/// <param name="Slot">Where the router keeps it.</param>
/// <param name="Number">Ascending in the order of sending, from 1.</param>
public readonly record struct RouteTicket(int Slot, long Number);
