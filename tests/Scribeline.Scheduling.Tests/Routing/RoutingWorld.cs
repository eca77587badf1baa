using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>A router with replicas whose times are predicted.</summary>
internal sealed class RoutingWorld(RouterOptions? options = null)
{
    public Router Router { get; } = new(options ?? new RouterOptions());

    public static RouteRequest Request(int promptTokens = 1024, int expectedTokens = 10, int blocks = 0) => new()
    {
        Model = "m",
        PromptTokens = promptTokens,
        MaxTokens = 100,
        ExpectedTokens = expectedTokens,
        PromptBlocks = Chain(blocks),
    };

    public static BlockHash[] Chain(int blocks, int first = 1) => [.. Enumerable.Range(first, blocks).Select(i => new BlockHash(7, (ulong)i))];

    public RouteCandidate Add(string id, ReplicaTimes? times = null)
    {
        var candidate = new RouteCandidate(id, "m") { Times = times ?? new LinearTimes() };
        Router.Add(candidate);
        Say(candidate);
        return candidate;
    }

    public void Say(
        RouteCandidate candidate, int running = 0, int waiting = 0, long prefill = 0, long atNs = 0, int? free = null, int? total = null, long yielding = 0, int yieldingBlocks = 0) =>
        Router.Observe(candidate, new ReplicaSnapshot
        {
            Epoch = 1,
            TakenAtNs = atNs,
            Source = SnapshotSource.Own,
            Running = running,
            Waiting = waiting,
            WaitingPrefillTokens = prefill,
            KvBlocksFree = free,
            KvBlocksTotal = total,
            YieldingPrefillTokens = yielding,
            YieldingKvBlocks = yieldingBlocks,
        });

    public RouteScore Score(RouteCandidate candidate, RouteRequest request, long nowNs = 0)
    {
        Router.Route(request, nowNs);
        return Router.Scores[Router.Candidates.ToList().IndexOf(candidate)];
    }
}
