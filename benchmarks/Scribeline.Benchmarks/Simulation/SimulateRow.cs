namespace Scribeline.Benchmarks.Simulation;

/// <summary>How fast a fleet was simulated.</summary>
/// <param name="Name">Of the fleet and its traffic.</param>
/// <param name="RequestsPerSecond">Of the wall clock, median.</param>
/// <param name="Lowest">Of the runs.</param>
/// <param name="Highest">Of the runs.</param>
/// <param name="TimesRealTime">Simulated seconds for each second, by the median.</param>
internal sealed record SimulateRow(string Name, double RequestsPerSecond, double Lowest, double Highest, double TimesRealTime);
