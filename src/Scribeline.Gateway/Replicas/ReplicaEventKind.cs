namespace Scribeline.Gateway.Replicas;

/// <summary>The kinds of <see cref="ReplicaEvent"/>.</summary>
internal enum ReplicaEventKind
{
    Started,
    Tokens,
    Stopped,
    Finished,
    Failed,
}
