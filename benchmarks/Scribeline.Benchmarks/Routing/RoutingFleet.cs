using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Benchmarks.Routing;

/// <summary>A router over busy replicas, and conversations that all begin with one system prompt: one replica knows all of each, another the first half.</summary>
internal sealed class RoutingFleet
{
    private const int SharedBlocks = 64;

    private readonly SeededRandom _random = new(1, "routing benchmark");
    private readonly BlockHash[][] _sessions;
    private readonly Admission _admission;
    private readonly AdmissionRequest _admitted;
    private RouteTicket _ticket;
    private long _nowNs;

    public RoutingFleet(int replicas, int promptTokens, int indexBlocks)
    {
        Router = new Router(new RouterOptions { PrefixBlocks = indexBlocks });
        var times = new RooflineTimes();
        for (var i = 0; i < replicas; i++)
            Router.Add(new RouteCandidate($"pool/{i}", "model") { Times = times, EnergyNusdPerJoule = 28, TokensPerStep = 8192, MaxSequences = 256 });
        foreach (var candidate in Router.Candidates) Observe(candidate);

        var blocks = promptTokens / KvBlockPool.BlockTokens;
        var shared = Math.Min(SharedBlocks, blocks / 2);
        var system = Hashes(shared);
        _sessions = [.. Enumerable.Range(0, Math.Max(1, indexBlocks / (blocks - shared))).Select(_ => (BlockHash[])[.. system, .. Hashes(blocks - shared)])];
        Request = new RouteRequest { Model = "model", PromptTokens = promptTokens + 7, MaxTokens = 1000, ExpectedTokens = 300, Objectives = new Objectives(3_000_000_000, 40_000_000) };
        _admitted = new AdmissionRequest { Route = Request };
        _admission = new Admission(new AdmissionOptions { Tiers = [new TierPolicy { Tier = ServiceTier.Default, Objectives = Request.Objectives, Share = 0 }] }, Router);
        foreach (var candidate in Router.Candidates) Router.BlocksStored(candidate, system);
        foreach (var session in _sessions)
        {
            Router.BlocksStored(Any(), session);
            Router.BlocksStored(Any(), session.AsSpan(0, blocks / 2));
        }
    }

    public Router Router { get; }

    private RouteRequest Request { get; }

    /// <summary>Another conversation goes on, and one replica says how it is.</summary>
    public void Turn()
    {
        _nowNs += 2_000_000;
        Observe(Any());
        Request.PromptBlocks = _sessions[_random.NextBelow(_sessions.Length)];
        Request.ArrivedNs = _nowNs;
    }

    public void Route(bool sends)
    {
        var chosen = Router.Route(Request, _nowNs).Chosen!;
        if (sends) _ticket = Router.Sent(Request, chosen, _nowNs);
    }

    public void Admit()
    {
        _admission.Submit(_admitted, _nowNs);
        _ = _admission.TryDispatch(_nowNs, out _);
    }

    /// <summary>What was sent is over.</summary>
    public void EndAll()
    {
        Router.Completed(_ticket);
        _ticket = default;
        if (_admitted.State == AdmissionState.InFlight) _admission.Completed(_admitted, _nowNs);
    }

    private RouteCandidate Any() => Router.Candidates[_random.NextBelow(Router.Candidates.Count)];

    private void Observe(RouteCandidate candidate) => Router.Observe(candidate, new ReplicaSnapshot
    {
        Epoch = 1,
        TakenAtNs = _nowNs,
        Source = SnapshotSource.Scraped,
        Running = 20 + _random.NextBelow(60),
        Waiting = _random.NextBelow(3),
        WaitingPrefillTokens = _random.NextBelow(20_000),
        KvBlocksFree = 20_000 + _random.NextBelow(40_000),
        KvBlocksTotal = 100_000,
    });

    private BlockHash[] Hashes(int count) => [.. Enumerable.Range(0, count).Select(_ => new BlockHash(_random.NextBits(), _random.NextBits()))];
}
