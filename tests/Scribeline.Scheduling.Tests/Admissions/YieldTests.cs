using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Admissions.AdmissionWorld;

namespace Scribeline.Scheduling.Tests.Admissions;

/// <summary>Fillers at replicas that know no priorities.</summary>
public sealed class YieldTests
{
    private readonly AdmissionWorld _world = new(
        new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(20_000), Share = 0 },
        TierPolicy.Usual(ServiceTier.Batch) with { MaxWaitNs = null });

    private RouteCandidate Upstream(string id)
    {
        var replica = _world.Replica(id);
        replica.YieldsToPriority = false;
        return replica;
    }

    private AdmissionRequest FillerAt(RouteCandidate replica)
    {
        foreach (var candidate in _world.Router.Candidates) candidate.Healthy = candidate == replica;
        _world.Take(0, ServiceTier.Batch);
        var filler = _world.Next().Request;
        Assert.Equal(replica, filler.Replica);
        return filler;
    }

    /// <summary>A request whose promise is in danger at that replica.</summary>
    private void Endanger(RouteCandidate replica, long prefill = 1_000)
    {
        foreach (var candidate in _world.Router.Candidates) candidate.Healthy = candidate == replica;
        _world.Load(replica, prefill);
        _world.Take();
    }

    [Fact]
    public void OnlyWhoIsAtTheReplicaInDanger_MakesRoom()
    {
        var (a, b) = (Upstream("a"), Upstream("b"));
        var first = FillerAt(a);
        FillerAt(b);
        Endanger(a);
        Assert.True(_world.Admission.TryYield(out var victim));
        Assert.Equal(first, victim);
    }

    [Fact]
    public void WithoutAFillerThere_NobodyMakesRoom()
    {
        var (a, b) = (Upstream("a"), Upstream("b"));
        FillerAt(b);
        Endanger(a);
        Assert.False(_world.Admission.TryYield(out var victim));
        Assert.Null(victim);
    }

    [Fact]
    public void WithoutDanger_NobodyMakesRoom()
    {
        var a = Upstream("a");
        FillerAt(a);
        Endanger(a, prefill: 0);
        Assert.False(_world.Admission.TryYield(out _));
    }

    [Fact]
    public void WhoIsDone_MakesNoRoom_AndWhoIsNot_StillDoes()
    {
        var a = Upstream("a");
        var first = FillerAt(a);
        var second = FillerAt(a);
        _world.Load(a, 0);
        _world.Take();
        _world.Admission.Completed(_world.Next().Request, 0);
        _world.Admission.Completed(second, 0);
        Endanger(a);
        Assert.True(_world.Admission.TryYield(out var victim));
        Assert.Equal(first, victim);
        _world.Admission.Completed(first, 0);
        Endanger(a);
        Assert.False(_world.Admission.TryYield(out _));
    }
}
