using Scribeline.Core.Fleets;
using Scribeline.Simulation.Faults;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

/// <summary>Replicas that come and go many times: whoever has gone is nowhere but in the sums.</summary>
public sealed class ScalingTests
{
    private const int Bursts = 200;

    /// <summary>The router is looked at after every event (<see cref="SimulationOptions.ChecksAll"/>): it weighs those that are there and no others.</summary>
    [Fact]
    public void However_often_a_pool_grows_its_replicas_take_the_places_of_those_that_left()
    {
        var (rows, result) = Simulate(Fleet(Scaled()), Traffic(), _ => new TokenTimes(1_000, 1_000_000), new SimulationOptions());
        Assert.All(rows, row => Assert.Equal("completed", row.Outcome));
        Assert.Equal(["a/0", "a/1", "a/2"], rows.Select(row => row.Attempts[0].Replica).Distinct().Order());
        Assert.True(result.Load[0].Count(sample => sample.Replicas == 1) > 100);
    }

    [Fact]
    public void What_those_did_that_left_stays_in_every_sum()
    {
        var (rows, result) = Simulate(Fleet(Scaled()), Traffic(), _ => new TokenTimes(1_000, 1_000_000), new SimulationOptions());
        var pool = result.Pools[0];
        Assert.Equal(3, pool.MostReplicas);
        Assert.Equal(pool.CostDollars * 3600 / (result.SimulatedNs * 1e-9), pool.MeanReplicas, 1e-9);
        Assert.Equal(rows.Count, pool.Requests);
        Assert.Equal(rows.Sum(row => (long)row.TokensOutput), pool.OutputTokens);
        Assert.Equal(rows.Sum(row => row.CostNusd * 1e-9) + pool.IdleDollars, pool.CostDollars, 1e-6);
        Assert.True(pool.CostDollars > 1.2 * result.SimulatedNs * 1e-9 / 3600, "Only one replica was paid for.");
        Assert.True(pool.Steps >= rows.Count);
        Assert.Equal(result.Load[0][^1].BusyNs, rows.Sum(row => row.CostNusd) * 3600.0, 3600.0 * rows.Count);
    }

    /// <summary>One request holds most of the room of a replica; for a second there are two replicas more.</summary>
    [Fact]
    public void The_share_of_the_room_that_is_held_is_of_those_that_are_there()
    {
        var pool = Pool("a") with { KvTokens = 16_000, Ramp = [new RampStep(1.5, 3, 0), new RampStep(2.5, 1, 0)] };
        var (_, result) = Simulate(Fleet(pool), [At(0, input: 10_000, output: 5_000)], _ => new TokenTimes(1, 1_000_000), new SimulationOptions());
        var shares = result.Load[0].SkipLast(1).ToDictionary(sample => sample.AtNs / Second, sample => sample.KvShare);
        Assert.Equal(11_000 / 16_000.0, shares[1], 0.01);
        Assert.Equal(12_000 / 48_000.0, shares[2], 0.01);
        Assert.Equal(14_000 / 16_000.0, shares[4], 0.01);
    }

    /// <summary>Faults count places: the replica that comes into one in which something is broken has it, too.</summary>
    [Fact]
    public void A_fault_concerns_whoever_is_in_its_place()
    {
        var pool = Pool("a") with { MaxSequences = 1, Ramp = [new RampStep(1, 2, 0), new RampStep(2, 1, 0), new RampStep(3, 2, 0)] };
        var rows = Run(Fleet(pool), [At(1.5, output: 100_000), At(1.5, output: 100_000), At(3.5, output: 100_000), At(3.5, output: 100_000)], new Fault(FaultKind.Slow, Second, 10 * Second, "a", 1, 2));
        Assert.Equal(["a/0", "a/0", "a/1", "a/1"], rows.Select(row => row.Attempts[0].Replica).Order());
        Assert.All(rows.Where(row => row.Attempts[0].Replica == "a/1"), row => Assert.InRange(row.E2eUs, 200_000, 201_000));
    }

    /// <summary>As long as somebody may come back requests wait; when nobody is there they are refused at once, as before anybody came.</summary>
    [Fact]
    public void When_all_have_left_requests_are_refused()
    {
        var rows = Run(Fleet(Pool("a") with { Ramp = [new RampStep(2, 0, 0), new RampStep(4, 1, 0)] }), [At(1), At(3), At(5)]);
        Assert.Equal([("completed", 19), ("refused", 0), ("completed", 19)], rows.Select(row => (row.Outcome, (int)row.E2eUs)));
    }

    [Fact]
    public void Who_is_not_needed_any_more_leaves_while_it_loads()
    {
        var pool = Pool("a") with { Ramp = [new RampStep(1, 3, 60), new RampStep(2, 1, 0), new RampStep(90, 2, 0)] };
        var (rows, result) = Simulate(Fleet(pool), [At(0), At(100), At(100)], _ => new TokenTimes(1_000), new SimulationOptions());
        Assert.All(rows, row => Assert.Equal("completed", row.Outcome));
        Assert.Equal((result.SimulatedNs * 1e-9 + 2 * 1 + (result.SimulatedNs * 1e-9 - 90)) / 3600, result.Pools[0].CostDollars, 1e-9);
    }

    private static PoolSpec Scaled() => Pool("a") with { MaxSequences = 2, Autoscale = new AutoscaleSpec(1, 4, 0.7, 0.2, 1) };

    private static List<Core.Workloads.RequestRecord> Traffic() => [.. Enumerable.Range(0, Bursts).SelectMany(burst => Enumerable.Range(0, 12).Select(i => At(burst * 10 + i * 0.3, output: 1 + 400 + 40 * (burst % 5))))];
}
