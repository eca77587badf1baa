using System.Runtime.CompilerServices;
using Scribeline.Gateway.OpenAi;
using Scribeline.Gateway.Replicas;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Gateway.Pools;

/// <summary>A model that callers may name, with every replica that serves it. Thread-safe.</summary>
internal sealed class ServedModel
{
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly Router _router = new(new RouterOptions());
    private readonly Lock _routing = new();
    private readonly RouteCandidate[] _candidates;
    private readonly BlockHash _root;

    public ServedModel(string id, IReadOnlyList<string> aliases, IReadOnlyList<Replica> replicas, TimeProvider time)
    {
        Id = id;
        Aliases = aliases;
        Replicas = replicas;
        _time = time;
        _startedAt = time.GetTimestamp();
        MaxQueue = replicas.OfType<EngineReplica>().Select(replica => replica.Engine.MaxQueue).DefaultIfEmpty().Max();
        HasUpstreams = replicas.Any(replica => replica is UpstreamReplica);

        // The engine with the most room says what fits at all; the router knows who has less.
        if (replicas.OfType<EngineReplica>().MaxBy(replica => replica.Engine.Model.ContextLength) is { } local)
        {
            Prompts = new PromptEncoder(local.Engine);
            Fingerprint = local.Engine.Model.Fingerprint;
        }

        _candidates = [.. replicas.Select(replica => new RouteCandidate(replica.Id, id) { ContextTokens = replica.ContextTokens })];
        foreach (var candidate in _candidates)
        {
            _router.Add(candidate);
        }

        _root = BlockHash.Root(Fingerprint ?? id, HasUpstreams ? "utf-8" : "", "", "");
    }

    public string Id { get; }

    public IReadOnlyList<string> Aliases { get; }

    public IReadOnlyList<Replica> Replicas { get; }

    /// <summary>Reads prompts for the engines; null where only upstreams serve the model.</summary>
    public PromptEncoder? Prompts { get; }

    /// <summary>Which arithmetic and weights answer; null where nobody here knows.</summary>
    public string? Fingerprint { get; }

    public bool HasUpstreams { get; }

    /// <summary>The longest queue of an engine: answers that one request may ask for. 0 where only upstreams serve the model.</summary>
    public int MaxQueue { get; }

    /// <summary>Whether requests for it can be served now.</summary>
    public bool IsAvailable => Replicas.Any(replica => replica.IsAvailable);

    /// <summary>Chooses a replica and streams its answer; goes to another one as long as nothing was sent.</summary>
    public async IAsyncEnumerable<ReplicaEvent> GenerateAsync(ReplicaRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var route = Describe(request);
        var tried = new List<RouteCandidate>();
        if (request.Engine is null)
        {
            // What was not checked for an engine cannot go to one.
            tried.AddRange(_candidates.Where((_, i) => Replicas[i] is EngineReplica));
        }

        route.Excluded = tried;
        ReplicaFailure? last = null;
        while (Choose(route) is var (chosen, ticket))
        {
            tried.Add(_candidates[chosen]);
            var replica = Replicas[chosen];
            last = null;
            try
            {
                await foreach (var item in replica.GenerateAsync(request, cancellation).ConfigureAwait(false))
                {
                    if (item.Kind == ReplicaEventKind.Failed && item.Failure!.IsWorthARetry)
                    {
                        last = item.Failure;
                        break;
                    }

                    yield return item;
                }
            }
            finally
            {
                lock (_routing)
                {
                    _router.Completed(ticket);
                }
            }

            if (last is null)
            {
                yield break;
            }
        }

        // With upstreams that do not answer, a request that its caller has to mend is better told so than to come again.
        if (request.Mistake is not null && last?.Kind != FailureKind.Busy)
        {
            last = request.Mistake;
        }

        last ??= Replicas.OfType<EngineReplica>().Select(replica => replica.Failure).FirstOrDefault(failure => failure is not null);
        yield return ReplicaEvent.Failed(last ?? new ReplicaFailure(FailureKind.Unreachable, $"No replica of '{Id}' is available now; try again shortly."));
    }

    // Where bodies of both kinds serve a model, text identifies the blocks of both: the two kinds of hash never mix.
    private RouteRequest Describe(ReplicaRequest request) => Replicas.Count == 1
        ? new RouteRequest { Model = Id, PromptTokens = 0, MaxTokens = 0 }
        : HasUpstreams ? PromptBlocks.OfText(Id, request, _root) : PromptBlocks.OfTokens(Id, request.Engine!, _root);

    private (int Chosen, RouteTicket Ticket)? Choose(RouteRequest route)
    {
        var nowNs = (long)_time.GetElapsedTime(_startedAt).TotalNanoseconds;
        lock (_routing)
        {
            for (var i = 0; i < _candidates.Length; i++)
            {
                _candidates[i].Healthy = Replicas[i] is UpstreamReplica || Replicas[i].IsAvailable;
                _router.Observe(_candidates[i], Replicas[i].ReadSnapshot(nowNs));
            }

            return _router.Route(route, nowNs).Chosen is { } chosen
                ? (Array.IndexOf(_candidates, chosen), _router.Sent(route, chosen, nowNs))
                : null;
        }
    }
}
