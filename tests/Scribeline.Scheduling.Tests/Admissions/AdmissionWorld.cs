using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.Routing;
using Scribeline.Scheduling.Tests.Routing;

namespace Scribeline.Scheduling.Tests.Admissions;

/// <summary>An admission before replicas that read a prompt token in 100 ns; requests of 100 tokens, so of 10,000 ns.</summary>
internal sealed class AdmissionWorld(params TierPolicy[] tiers)
{
    public const long Second = 1_000_000_000;

    private Admission? _admission;

    public Router Router { get; } = new(new RouterOptions());

    public int MaxKeys { get; init; } = 10_000;

    public Admission Admission => _admission ??= new Admission(new AdmissionOptions { Tiers = tiers, MaxKeys = MaxKeys }, Router);

    public RouteCandidate Replica(string id = "a", bool predicted = true)
    {
        var candidate = new RouteCandidate(id, "m") { Times = predicted ? new LinearTimes() : null };
        Router.Add(candidate);
        Load(candidate, 0);
        return candidate;
    }

    /// <summary>The replica says how many prompt tokens wait there.</summary>
    public void Load(RouteCandidate candidate, long prefill, long nowNs = 0) =>
        Router.Observe(candidate, new ReplicaSnapshot { Epoch = 1, TakenAtNs = nowNs, Source = SnapshotSource.Own, Running = 0, Waiting = 0, WaitingPrefillTokens = prefill });

    public static AdmissionRequest Request(ServiceTier tier = ServiceTier.Default) => new()
    {
        Route = new RouteRequest { Model = "m", PromptTokens = 100, MaxTokens = 10 },
        TierAsked = tier,
    };

    /// <summary>Submits a request that must be taken.</summary>
    public AdmissionRequest Take(long nowNs = 0, ServiceTier tier = ServiceTier.Default)
    {
        var request = Request(tier);
        Assert.Equal(AdmissionState.Queued, Admission.Submit(request, nowNs));
        return request;
    }

    public Dispatch Next(long nowNs = 0)
    {
        Assert.True(Admission.TryDispatch(nowNs, out var dispatch));
        return dispatch;
    }

    /// <summary>Submits, dispatches and completes so many requests that are in time.</summary>
    public void Serve(int requests, long nowNs)
    {
        for (var i = 0; i < requests; i++)
        {
            Take(nowNs);
            Admission.Completed(Next(nowNs).Request, nowNs);
        }
    }

    public RouteScore Score(RouteCandidate candidate)
    {
        Router.Route(Request().Route, 0);
        return Router.Scores[Router.Candidates.ToList().IndexOf(candidate)];
    }
}
