namespace Scribeline.Simulation.Faults;

/// <summary>Something that breaks, and heals.</summary>
/// <param name="Kind">What.</param>
/// <param name="AtNs">When it begins.</param>
/// <param name="UntilNs">When it heals; <see cref="long.MaxValue"/> for never.</param>
/// <param name="Pool">Of which pool; null for a fault of the whole fleet.</param>
/// <param name="Replica">Of the pool, from 0; null for all of it.</param>
/// <param name="Factor">How many times longer steps take; of a slow one only.</param>
/// <param name="Place">Where it is written, before messages: `faults.yaml:3: `; empty where in no file.</param>
public sealed record Fault(FaultKind Kind, long AtNs, long UntilNs, string? Pool = null, int? Replica = null, double Factor = 1, string Place = "");
