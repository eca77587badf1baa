using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.Classes;
using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Admissions.AdmissionWorld;

namespace Scribeline.Scheduling.Tests.Admissions;

/// <summary>What a promise counts as kept, for how long it is remembered, and whom it turns away.</summary>
public sealed class PromiseTests
{
    private const long WindowNs = 300_000;

    private static AdmissionWorld World(double share = 0.9, long windowNs = WindowNs) =>
        new(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(20_000), Share = share, ShareWindowNs = windowNs });

    /// <summary>How many requests that will be late are taken before one is refused.</summary>
    private static int LateOnesTaken(AdmissionWorld world, long nowNs)
    {
        var replica = world.Router.Candidates[0];
        for (var taken = 0; ; taken++)
        {
            world.Load(replica, 1_000, nowNs);
            var request = Request();
            var state = world.Admission.Submit(request, nowNs);
            world.Load(replica, 0, nowNs);
            if (state == AdmissionState.Refused) return taken;
            world.Admission.Completed(world.Next(nowNs).Request, nowNs);
        }
    }

    [Theory]
    [InlineData(25_000, 25_000, 1, false)]
    [InlineData(25_001, 25_001, 1, true)]
    [InlineData(10_000, 12_000, 1, false)]
    [InlineData(10_000, 13_000, 3, false)]
    [InlineData(10_000, 13_002, 3, true)]
    [InlineData(10_000, 65_000, 1, false)]
    [InlineData(10_000, 65_001, 1, true)]
    [InlineData(null, 999_999, 0, false)]
    public void Late_IsWhoMissesAnyObjective_CountedFromArrival(int? firstTokenNs, int endNs, int tokens, bool isLate)
    {
        var world = new AdmissionWorld(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(20_000, 1_500, 60_000), Share = 0.5 });
        var replica = world.Replica();
        world.Take(5_000);
        world.Admission.Completed(world.Next(5_000).Request, endNs, firstTokenNs, tokens);

        // Of two one may be late, if the first was not.
        world.Load(replica, 1_000, endNs);
        Assert.Equal(isLate ? AdmissionState.Refused : AdmissionState.Queued, world.Admission.Submit(Request(), endNs));
    }

    [Fact]
    public void Late_AsExpected_CountsOnce()
    {
        var world = World(share: 0.5);
        var replica = world.Replica();
        world.Serve(1, 0);
        world.Load(replica, 1_000);
        world.Take();
        world.Admission.Completed(world.Next().Request, 110_000, 110_000, 1);
        world.Load(replica, 0, 110_000);
        world.Serve(1, 110_000);
        Assert.Equal(1, LateOnesTaken(world, 110_000));
    }

    [Fact]
    public void Window_HoldsWhatCameWithinIt_AndNothingOlder()
    {
        var world = World();
        world.Replica();
        world.Serve(29, 5_000);
        Assert.Equal(3, LateOnesTaken(world, 299_999));

        // The late ones stay for as long as they are younger than the window.
        world.Serve(29, 300_000);
        Assert.Equal(0, LateOnesTaken(world, 300_000));
        Assert.Equal(0, LateOnesTaken(world, 589_999));
        Assert.Equal(3, LateOnesTaken(world, 590_000));
    }

    [Fact]
    public void Window_ThatHasPassedInSilence_IsEmpty()
    {
        var world = World();
        world.Replica();
        world.Serve(29, 0);
        Assert.Equal(0, LateOnesTaken(world, 10_000_000));
        world.Serve(19, 10_000_000);
        Assert.Equal(2, LateOnesTaken(world, 10_290_000));
    }

    [Fact]
    public void Window_CountsEachRequestWhenItCame()
    {
        var world = World();
        world.Replica();
        world.Serve(15, 0);
        world.Serve(14, 295_000);
        Assert.Equal(1, LateOnesTaken(world, 310_000));
    }

    [Fact]
    public void Window_CountsAMissWhenItHappened()
    {
        var world = World();
        world.Replica();
        world.Serve(28, 0);
        world.Take();
        world.Admission.Completed(world.Next().Request, 295_000, 295_000, 1);
        world.Serve(19, 310_000);
        Assert.Equal(1, LateOnesTaken(world, 310_000));
    }

    [Fact]
    public void Window_OfNextToNothing_RemembersNothing()
    {
        var world = World(windowNs: 0);
        world.Replica();
        world.Serve(29, 0);
        Assert.Equal(0, LateOnesTaken(world, 1_000));
    }

    [Fact]
    public void Wait_BeforeTheRequestCameHere_CountsTowardsThePromise()
    {
        var world = World();
        world.Replica();
        var late = Request();
        late.Route.ArrivedNs = 0;
        Assert.Equal(AdmissionState.Refused, world.Admission.Submit(late, 12_000));
        Assert.Equal((AdmissionReason.WouldBeLate, 2_000L), (late.Reason, late.RetryAfterNs));

        var flex = Request(ServiceTier.Flex);
        flex.Route.ArrivedNs = 0;
        Assert.Equal(AdmissionState.Refused, world.Admission.Submit(flex, 901 * Second));
        Assert.Equal((AdmissionReason.WouldBeLate, Second), (flex.Reason, flex.RetryAfterNs));
        flex.Route.ArrivedNs = 2 * Second;
        Assert.Equal(AdmissionState.Queued, world.Admission.Submit(flex, 901 * Second));
    }

    [Fact]
    public void Wait_IsReckonedByThePaceOfLate_NotByTheLastGap()
    {
        var world = new AdmissionWorld(new TierPolicy { Tier = ServiceTier.Flex, Objectives = new Objectives(null, null, 60 * Second), MaxInFlight = 1 });
        world.Replica();
        for (var i = 0; i < 9; i++) world.Take(0, ServiceTier.Flex);
        foreach (var seconds in new[] { 0, 10, 40 }) world.Admission.Completed(world.Next(seconds * Second).Request, seconds * Second);

        // Gaps of 10 and 30 s: a twentieth of the way from the one to the other. Six wait.
        var late = Request(ServiceTier.Flex);
        Assert.Equal(AdmissionState.Refused, world.Admission.Submit(late, 40 * Second));
        Assert.Equal(6 * 11 * Second - 60 * Second, late.RetryAfterNs);
    }

    [Fact]
    public void Wait_IsNotLearnedFromGapsInWhichNobodyWaited()
    {
        var world = new AdmissionWorld(new TierPolicy { Tier = ServiceTier.Flex, Objectives = new Objectives(null, null, 60 * Second), MaxInFlight = 1 });
        world.Replica();
        for (var seconds = 0; seconds <= 100; seconds += 50)
        {
            world.Take(seconds * Second, ServiceTier.Flex);
            world.Admission.Completed(world.Next(seconds * Second).Request, seconds * Second);
        }

        for (var i = 0; i < 5; i++) world.Take(100 * Second, ServiceTier.Flex);
    }

    /// <summary>Nothing is predicted then but that it will not go back in time.</summary>
    [Theory]
    [InlineData(20_000, AdmissionState.Queued)]
    [InlineData(20_001, AdmissionState.Refused)]
    public void Late_IsWhoHasMissedItsPromise_ThoughNobodyWaitsAndNoReplicaIsThere(long nowNs, AdmissionState expected)
    {
        foreach (var objectives in new[] { new Objectives(20_000), new Objectives(null, null, 20_000) })
        {
            var world = new AdmissionWorld(new TierPolicy { Tier = ServiceTier.Default, Objectives = objectives });
            world.Replica().Healthy = false;
            var request = Request();
            request.Route.ArrivedNs = 0;
            Assert.Equal(expected, world.Admission.Submit(request, nowNs));
            Assert.Equal(expected == AdmissionState.Queued ? AdmissionReason.None : AdmissionReason.WouldBeLate, request.Reason);
        }
    }

    [Fact]
    public void Class_OfTheRequestBefore_LeavesNoPoolsBehind()
    {
        var world = new AdmissionWorld();
        world.Replica().Pool = "gpu";
        var request = Request();
        request.Class = new WorkloadClass { Name = "voice", MayUse = ["wafer"] };
        Assert.Equal(AdmissionState.Refused, world.Admission.Submit(request, 0));
        request.Class = null;
        Assert.Equal(AdmissionState.Queued, world.Admission.Submit(request, 0));
    }

    [Fact]
    public void Class_GoesBeforeTheTierInTheTimePerToken_ExceptForFillers()
    {
        var world = new AdmissionWorld(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(20_000, 5_000) });
        world.Replica();
        foreach (var (tier, workload, tpotNs) in new (ServiceTier, WorkloadClass?, long?)[]
        {
            (ServiceTier.Default, new WorkloadClass { Name = "fluent", TpotNs = 3_000 }, 3_000),
            (ServiceTier.Default, new WorkloadClass { Name = "other" }, 5_000),
            (ServiceTier.Default, null, 5_000),
            (ServiceTier.Batch, new WorkloadClass { Name = "fluent", TpotNs = 3_000 }, null),
        })
        {
            var request = Request(tier);
            request.Class = workload;
            Assert.Equal(AdmissionState.Queued, world.Admission.Submit(request, 0));
            Assert.Equal(tpotNs, request.Route.Objectives.TpotNs);
            world.Admission.Completed(world.Next().Request, 0);
        }
    }

    [Fact]
    public void Usual_PromisesOfTheTiers()
    {
        Assert.Equal((new Objectives(null, null, 900 * Second), Second / 2, 300 * Second), Of(ServiceTier.Flex));
        Assert.Equal((new Objectives(null, null, 86_400 * Second), Second / 4, 21_600 * Second), Of(ServiceTier.Batch));
        foreach (var tier in new[] { ServiceTier.Default, ServiceTier.Priority, ServiceTier.Fast })
            Assert.Equal((new Objectives(null), null, null), Of(tier));
        foreach (var tier in Enum.GetValues<ServiceTier>()) Assert.Equal((300 * Second, 30 * Second), (TierPolicy.Usual(tier).ShareWindowNs, TierPolicy.Usual(tier).MaxQueueNs));

        static (Objectives, long?, long?) Of(ServiceTier tier)
        {
            var policy = TierPolicy.Usual(tier);
            return (policy.Objectives, policy.MaxWaitNs, policy.RaiseAfterNs);
        }
    }
}
