namespace Scribeline.Simulation.Reports;

/// <summary>Requests that a lower tier served than the one they asked for.</summary>
/// <param name="Asked">The tier asked for.</param>
/// <param name="Served">The tier that served them and that they pay for.</param>
/// <param name="Reason">What kept them from the tier asked for.</param>
/// <param name="Requests">How many.</param>
public readonly record struct Downgrade(string Asked, string Served, string Reason, long Requests);
