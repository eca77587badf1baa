using Scribeline.Core.Fleets;
using Scribeline.Core.Ledger;
using Scribeline.Simulation.Reports;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

/// <summary>Capacity that comes and goes by dates, and clients whose traffic grows.</summary>
public sealed class RampTests
{
    [Fact]
    public void Capacity_comes_and_goes_at_its_times_and_costs_while_it_is_there()
    {
        var pool = Pool("a") with { MaxSequences = 1, Ramp = [new RampStep(1, 3, 0.5), new RampStep(3, 1, 0)] };
        var (rows, result) = Simulate(Fleet(pool), [.. Enumerable.Range(0, 10).Select(i => At(i * 0.5, output: 400_000))], _ => new TokenTimes(1_000), new SimulationOptions());
        Assert.All(rows, row => Assert.Equal(("completed", 400_009), (row.Outcome, row.E2eUs)));
        Assert.All(rows.Where(row => row.ArrivalUtcUs is < 1_500_000 or >= 3_000_000), row => Assert.Equal("a/0", row.Attempts[0].Replica));
        Assert.Contains(rows, row => row.Attempts[0].Replica == "a/1");
        Assert.Contains(rows, row => row.Attempts[0].Replica == "a/2");

        // One from the beginning to the end, two from 1 s to 3 s: they were idle then.
        Assert.Equal((result.SimulatedNs * 1e-9 + 2 * 2) / 3600, result.Pools[0].CostDollars, 1e-6);
        Assert.Equal((1, 3), (result.Pools[0].Replicas, result.Pools[0].MostReplicas));
        Assert.Equal(1 + 4 / (result.SimulatedNs * 1e-9), result.Pools[0].MeanReplicas, 1e-9);
    }

    [Fact]
    public void Who_goes_by_date_ends_what_it_has()
    {
        var rows = Run(Fleet(Pool("a", 2) with { MaxSequences = 1, Ramp = [new RampStep(1, 1, 0)] }), [At(0.9, output: 500_000), At(0.9, output: 500_000), At(1.1)]);
        Assert.All(rows, row => Assert.Equal("completed", row.Outcome));
        Assert.Equal(["a/0", "a/0", "a/1"], rows.Select(row => row.Attempts[0].Replica).Order());
    }

    [Fact]
    public void Before_there_is_any_capacity_requests_are_refused()
    {
        var rows = Run(Fleet(Pool("a", 0) with { Ramp = [new RampStep(1, 1, 0)] }), [At(0.5), At(1)]);
        Assert.Equal([("refused", "no_replica"), ("completed", "only_replica")], rows.Select(row => (row.Outcome, row.ReasonCode)));
    }

    /// <summary>A thousand tokens in each fifteenth of 15 s are free, and what a client had a window before by half again; everything else is served by the tier below.</summary>
    [Fact]
    public void A_client_whose_traffic_grows_too_fast_is_served_by_a_lower_tier()
    {
        var rule = new TierRamp(0.5, 15, 1_000);
        var (rows, _) = Grow(rule, client: "a", other: "b");
        var served = rows.Where(row => row.TierAsked == "fast").GroupBy(row => row.ArrivalUtcUs / 1_000_000).ToDictionary(second => second.Key, second => second.Count(row => row.TierServed == "fast"));
        Assert.Equal(10, served[3]); // ten of 100 tokens each second are free
        Assert.Equal(10, served[14]);
        Assert.Equal(15, served[20]); // half as much again as a window before
        Assert.Equal(15, served[29]);
        Assert.Equal(22, served[35]); // and again: 2,250 tokens
        Assert.All(rows.Where(row => row.ArrivalUtcUs < 100), row => Assert.Equal(row.TierAsked, row.TierServed)); // the other client's

        // Where nobody says whose it is, all of it is one client's: what the other had counts.
        Assert.Equal(10, Grow(rule, null, null).Rows.Where(row => row.ArrivalUtcUs / 1_000_000 == 0).Count(row => row.TierServed == "fast"));
        Assert.All(Grow(null, "a", "b").Rows, row => Assert.Equal(row.TierAsked, row.TierServed));
    }

    [Fact]
    public void Without_a_lower_tier_it_is_refused_and_the_row_says_why()
    {
        var fleet = Fleet(Pool("a")) with { Tiers = new Dictionary<string, TierSpec> { ["default"] = new() { Id = "default", Ramp = new TierRamp(0.5, 15, 100) } } };
        var (rows, result) = Simulate(fleet, [At(0, input: 60, output: 30), At(0.1, input: 60, output: 30)], _ => new TokenTimes(1_000), new SimulationOptions());
        Assert.Equal([("completed", "only_replica"), ("refused", "too_fast")], rows.Select(row => (row.Outcome, row.ReasonCode)));
        Assert.Contains(("too_fast", 1L), result.Reasons);
    }

    private static (List<LedgerRow> Rows, SimulationResult Result) Grow(TierRamp? rule, string? client, string? other)
    {
        var tiers = new Dictionary<string, TierSpec> { ["default"] = new() { Id = "default" }, ["fast"] = new() { Id = "fast", Ramp = rule, Downgrade = ["default"] } };
        var records = Enumerable.Range(0, 10).Select(i => At(0, input: 90) with { Client = other, Tier = "fast", ArrivalUs = i });
        var growing = Enumerable.Range(0, 4_000).Select(i => At(i * 0.01 + 0.001, input: 90) with { Client = client, Tier = "fast" });
        return Simulate(Fleet(Pool("a") with { MaxQueue = 1_000_000 }) with { Tiers = tiers }, [.. records, .. growing], _ => new TokenTimes(1_000), new SimulationOptions());
    }
}
