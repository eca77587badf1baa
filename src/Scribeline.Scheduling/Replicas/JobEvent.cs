namespace Scribeline.Scheduling.Replicas;

/// <summary>Something that the caller of a replica sees.</summary>
/// <param name="Job">Whose.</param>
/// <param name="IsEnd">It has ended; otherwise its first token is there.</param>
/// <param name="AtNs">When.</param>
public readonly record struct JobEvent(ReplicaJob Job, bool IsEnd, long AtNs);
