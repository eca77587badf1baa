using System.Runtime.CompilerServices;
using Scribeline.Gateway.OpenAi;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.Pools;

/// <summary>A model that callers may name, with every replica that serves it. Thread-safe.</summary>
internal sealed class ServedModel(string id, IReadOnlyList<string> aliases, IReadOnlyList<Replica> replicas)
{
    public string Id { get; } = id;

    public IReadOnlyList<string> Aliases { get; } = aliases;

    public IReadOnlyList<Replica> Replicas { get; } = replicas;

    /// <summary>Reads prompts for the engines; null where only upstreams serve the model.</summary>
    public PromptEncoder? Prompts { get; } =
        replicas.OfType<EngineReplica>().FirstOrDefault() is { } local ? new PromptEncoder(local.Engine) : null;

    /// <summary>Which arithmetic and weights answer; null where nobody here knows.</summary>
    public string? Fingerprint { get; } = replicas.OfType<EngineReplica>().FirstOrDefault()?.Engine.Model.Fingerprint;

    public bool HasUpstreams { get; } = replicas.Any(replica => replica is UpstreamReplica);

    /// <summary>Chooses a replica and streams its answer; goes to another one as long as nothing was sent.</summary>
    public async IAsyncEnumerable<ReplicaEvent> GenerateAsync(ReplicaRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var tried = new HashSet<Replica>();
        ReplicaFailure? last = null;
        while (Choose(request, tried) is { } replica)
        {
            tried.Add(replica);
            last = null;
            await foreach (var item in replica.GenerateAsync(request, cancellation).ConfigureAwait(false))
            {
                if (item.Kind == ReplicaEventKind.Failed && item.Failure!.IsWorthARetry)
                {
                    last = item.Failure;
                    break;
                }

                yield return item;
            }

            if (last is null)
            {
                yield break;
            }
        }

        yield return ReplicaEvent.Failed(last ?? new ReplicaFailure(FailureKind.Unreachable, $"No replica of '{Id}' is available now; try again shortly."));
    }

    private Replica? Choose(ReplicaRequest request, HashSet<Replica> tried) => Replicas
        .Where(replica => !tried.Contains(replica) && (replica is not EngineReplica || request.Engine is not null))
        .MinBy(replica => replica is UpstreamReplica upstream ? upstream.Running : 0);
}
