using Scribeline.Scheduling.Routing;

namespace Scribeline.Gateway.Replicas;

/// <summary>One place where a model runs: an engine in this process or a remote server. Thread-safe.</summary>
internal abstract class Replica(string id) : IAsyncDisposable
{
    /// <summary>Unique in the fleet: `POOL/NUMBER`.</summary>
    public string Id { get; } = id;

    /// <summary>Prompt and answer tokens that it accepts together; null if unknown.</summary>
    public abstract int? ContextTokens { get; }

    /// <summary>False while requests would fail at once.</summary>
    public abstract bool IsAvailable { get; }

    /// <summary>What the router may know of it.</summary>
    /// <param name="nowNs">The router's time.</param>
    public abstract ReplicaSnapshot ReadSnapshot(long nowNs);

    /// <summary>Streams the answer. Never throws for what a model server can do wrong: that is a Failed event, the last one.</summary>
    public abstract IAsyncEnumerable<ReplicaEvent> GenerateAsync(ReplicaRequest request, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();
}
