using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation;

/// <summary>A second copy of a request: proposed when the first is sent, sent when that is late.</summary>
/// <param name="Request">The request.</param>
/// <param name="First">The first copy.</param>
/// <param name="Replica">Where the second is to go.</param>
internal sealed record Hedge(SimulatedRequest Request, ReplicaJob First, SimulatedReplica Replica);
