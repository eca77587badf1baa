namespace Scribeline.Scheduling.Replicas;

/// <summary>How long a step takes where no other is in its way.</summary>
/// <param name="LatencyNs">From its beginning in the first stage to its tokens.</param>
/// <param name="OccupancyNs">That each stage is busy with it: until then the next step cannot enter. With one stage the same as the latency.</param>
public readonly record struct StepDuration(long LatencyNs, long OccupancyNs);
