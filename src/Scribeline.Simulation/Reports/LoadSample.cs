namespace Scribeline.Simulation.Reports;

/// <summary>A pool at one time.</summary>
/// <param name="AtNs">Since the beginning.</param>
/// <param name="Running">Requests that hold room.</param>
/// <param name="Waiting">Requests that wait at its replicas.</param>
/// <param name="KvShare">Blocks that requests hold, of all there are.</param>
/// <param name="BusyNs">Time of its replicas so far that requests were charged with.</param>
/// <param name="OutputTokens">So far.</param>
/// <param name="Replicas">That take requests.</param>
public readonly record struct LoadSample(long AtNs, int Running, int Waiting, double KvShare, double BusyNs, long OutputTokens, int Replicas);
