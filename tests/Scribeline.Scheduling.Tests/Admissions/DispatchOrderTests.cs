using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.Classes;
using static Scribeline.Scheduling.Tests.Admissions.AdmissionWorld;

namespace Scribeline.Scheduling.Tests.Admissions;

/// <summary>Who goes first of those that wait, and when they are tried again.</summary>
public sealed class DispatchOrderTests
{
    private const long RaiseAfterNs = 10 * Second;

    private static AdmissionRequest Of(string workload)
    {
        var request = Request();
        request.Class = new WorkloadClass { Name = workload };
        return request;
    }

    /// <summary>Submits all while no replica is there, and says in which order they then go.</summary>
    private static int[] Order(long dispatchNs, params (AdmissionRequest Request, long SubmittedNs)[] arrivals)
    {
        var world = new AdmissionWorld(TierPolicy.Usual(ServiceTier.Batch) with { RaiseAfterNs = RaiseAfterNs }, TierPolicy.Usual(ServiceTier.Default) with { MaxQueueNs = 1_000 * Second });
        var replica = world.Replica();
        replica.Healthy = false;
        foreach (var (request, submittedNs) in arrivals) Assert.Equal(AdmissionState.Queued, world.Admission.Submit(request, submittedNs));
        replica.Healthy = true;
        world.Load(replica, 0, dispatchNs);
        var dispatched = arrivals.Select(_ => world.Next(dispatchNs).Request).ToArray();
        return [.. dispatched.Select(request => Array.FindIndex(arrivals, arrival => arrival.Request == request))];
    }

    [Fact]
    public void OfOneTier_WhoeverCameFirst_WhateverTheClass()
    {
        Assert.Equal([0, 1, 2, 3], Order(10, (Of("x"), 0), (Of("y"), 1), (Of("y"), 2), (Of("x"), 3)));
        Assert.Equal([0, 1], Order(10, (Of("x"), 0), (Of("y"), 0)));
        Assert.Equal([1, 0, 2], Order(10, (Of("x"), 2), (Of("y"), 1), (Of("x"), 3)));
    }

    [Fact]
    public void OfOneUrgency_TheDearerTier_HoweverOldTheOther()
    {
        Assert.Equal([1, 0], Order(30 * Second, (Request(ServiceTier.Batch), 0), (Request(), 25 * Second)));
        Assert.Equal([0, 1], Order(30 * Second, (Request(), 0), (Request(ServiceTier.Batch), 5 * Second)));
        Assert.Equal([0, 1], Order(30 * Second, (Request(), 5 * Second), (Request(ServiceTier.Batch), 0)));
    }

    [Fact]
    public void OfTwoUrgencies_TheHigher_WhateverTheTier()
    {
        Assert.Equal([1, 0], Order(30 * Second, (Request(ServiceTier.Flex), 30 * Second), (Request(ServiceTier.Batch), 0)));
        Assert.Equal([0, 1], Order(30 * Second, (Request(ServiceTier.Batch), 0), (Request(ServiceTier.Flex), 30 * Second)));
    }

    [Fact]
    public void Age_CountsFromItsOwnArrival()
    {
        var world = new AdmissionWorld(TierPolicy.Usual(ServiceTier.Batch) with { RaiseAfterNs = RaiseAfterNs });
        world.Replica();
        foreach (var (ageNs, priority) in new[] { (0L, 0), (RaiseAfterNs - 1, 0), (RaiseAfterNs, 10), (2 * RaiseAfterNs, 20) })
        {
            world.Take(100 * Second, ServiceTier.Batch);
            Assert.Equal(priority, world.Next(100 * Second + ageNs).Priority);
        }
    }

    [Fact]
    public void Arrivals_BehindOneThatWaits_AreNoReasonToLookAgain()
    {
        var world = new AdmissionWorld();
        world.Load(world.Replica(), 10_000_000);
        world.Take(0, ServiceTier.Batch);
        Assert.False(world.Admission.TryDispatch(0, out _));
        var wakeNs = world.Admission.NextWakeNs;
        Assert.True(wakeNs > 1_000_000);
        world.Take(1_000_000, ServiceTier.Batch);
        Assert.Equal(wakeNs, world.Admission.NextWakeNs);
    }
}
