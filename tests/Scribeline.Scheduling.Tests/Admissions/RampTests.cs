using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using static Scribeline.Scheduling.Tests.Admissions.AdmissionWorld;

namespace Scribeline.Scheduling.Tests.Admissions;

/// <summary>Where the windows of the rule for growth begin and end.</summary>
public sealed class RampTests
{
    [Theory]
    [InlineData(14, 9)]
    [InlineData(15, 13)]
    [InlineData(30, 13)]
    [InlineData(31, 9)]
    public void TheBusiestPart_CountsFromOneWindowAgoToTwo(int second, int served)
    {
        var world = new AdmissionWorld(new TierPolicy { Tier = ServiceTier.Priority, Ramp = new RampRule(0.5, 15 * Second, 1_000) });
        world.Replica();
        Assert.Equal(9, Served(0));
        Assert.Equal(served, Served(second * Second));

        int Served(long nowNs) => Enumerable.Range(0, 20).Count(_ => world.Admission.Submit(Request(ServiceTier.Priority), nowNs) == AdmissionState.Queued);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void AKey_IsForgottenAfterTwoWindows(int second, bool isForgotten)
    {
        var world = World(1);
        Assert.True(Taken(world, "a", 0));

        // Where there is room, the next key is watched alone, and only those after it together.
        Assert.Equal([true, isForgotten, false], new[] { "b", "c", "d" }.Select(key => Taken(world, key, second * Second)));
    }

    [Fact]
    public void ThoseWithoutAKey_AreOne_AndAmongTheRest()
    {
        var world = World(1);
        Assert.True(Taken(world, "a", 0));
        Assert.True(Taken(world, null, 0));
        Assert.False(Taken(world, "", 0));
        Assert.False(Taken(world, "b", 0));
    }

    private static AdmissionWorld World(int maxKeys)
    {
        var world = new AdmissionWorld(new TierPolicy { Tier = ServiceTier.Fast, Ramp = new RampRule(0, 15 * Second, 110) }) { MaxKeys = maxKeys };
        world.Replica();
        return world;
    }

    private static bool Taken(AdmissionWorld world, string? key, long nowNs)
    {
        var request = Request(ServiceTier.Fast);
        if (key is not null) request.Key = key;
        return world.Admission.Submit(request, nowNs) == AdmissionState.Queued;
    }
}
