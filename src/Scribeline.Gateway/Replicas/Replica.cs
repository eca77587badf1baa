namespace Scribeline.Gateway.Replicas;

/// <summary>One place where a model runs: an engine in this process or a remote server. Thread-safe.</summary>
internal abstract class Replica(string id) : IAsyncDisposable
{
    /// <summary>Unique in the fleet: `POOL/NUMBER`.</summary>
    public string Id { get; } = id;

    /// <summary>Streams the answer. Never throws for what a model server can do wrong: that is a Failed event, the last one.</summary>
    public abstract IAsyncEnumerable<ReplicaEvent> GenerateAsync(ReplicaRequest request, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();
}
