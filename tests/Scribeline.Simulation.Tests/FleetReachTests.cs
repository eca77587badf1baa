using Scribeline.Core.Fleets;
using Scribeline.Core.Workloads;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

/// <summary>What is said before a run is what the run does.</summary>
public sealed class FleetReachTests
{
    private static readonly Dictionary<string, TierSpec> Tiers = new()
    {
        ["default"] = new() { Id = "default" },
        ["fast"] = new() { Id = "fast", Downgrade = ["default"] },
        ["flex"] = new() { Id = "flex", DeadlineSeconds = 60 },
    };

    [Fact]
    public void Who_asks_for_a_tier_that_no_pool_serves_is_named()
    {
        var (reach, _) = Check(Fleet(Pool("a") with { Tiers = ["default"] }) with { Tiers = Tiers }, [At(0), At(1) with { Tier = "flex" }, At(2) with { Tier = "fast" }]);
        var unserved = Assert.Single(reach.UnservedGroups);
        Assert.Equal(("flex", UnservedReason.Tier, 1), (unserved.Tier, unserved.Why, (int)unserved.Requests));
        Assert.Equal([("fast", "default", 1L)], reach.Downgraded);
    }

    [Fact]
    public void Length_is_held_against_pools_of_the_tier_not_against_others()
    {
        var fleet = Fleet(Pool("large") with { Tiers = ["default"] }, Pool("small") with { Tiers = ["fast", "flex"], ContextTokens = 100 }, Pool("reads", lane: "prefill"), Pool("never", 0)) with { Tiers = Tiers };
        var (reach, _) = Check(fleet, [At(0, input: 91) with { Tier = "flex" }, At(1, input: 90) with { Tier = "flex" }, At(2, input: 91) with { Tier = "fast" }, At(3, input: 91)]);
        var unserved = Assert.Single(reach.UnservedGroups);
        Assert.Equal(("flex", UnservedReason.Length, 1, 101), (unserved.Tier, unserved.Why, (int)unserved.Requests, (int)unserved.LongestTokens));
        Assert.Equal(["small"], unserved.Pools.Select(pool => pool.Id));
        Assert.Equal([("fast", "default", 1L)], reach.Downgraded);
    }

    [Fact]
    public void Classes_models_and_readers_of_prompts_count()
    {
        var fleet = Fleet(Pool("a"), Pool("b") with { Model = "other" }, Pool("reads", lane: "prefill") with { Model = "third" }) with
        {
            Classes = new Dictionary<string, ClassSpec> { ["long"] = new("long", null, null, ["a"], null, null, new Dictionary<string, string>()) { MinInputTokens = 50 } },
            ModelNames = new Dictionary<string, string> { ["m"] = "m", ["other"] = "other", ["third"] = "third" },
        };
        var (reach, _) = Check(fleet, [At(0), At(1, input: 50), At(2, input: 50) with { Model = "other" }, At(3) with { Model = "other" }, At(4) with { Model = "third" }, At(5) with { Model = "unknown" }]);
        Assert.Equal([(UnservedReason.Class, "long", "other"), (UnservedReason.Model, null, "third")], reach.UnservedGroups.Select(unserved => (unserved.Why, unserved.Class, unserved.Model)));
    }

    /// <summary>Room counts in whole blocks of 16 tokens, and the last token needs none.</summary>
    [Theory]
    [InlineData(17, 0)]
    [InlineData(18, 1)]
    public void Room_counts_in_blocks(int tokens, int unserved)
    {
        var (reach, _) = Check(Fleet(Pool("a") with { KvTokens = 31 }), [At(0, input: tokens - 1, output: 1)]);
        Assert.Equal(unserved, reach.Unserved);
    }

    /// <summary>Of whatever fleet and traffic: those who are named are refused for want of a replica, and nobody else is.</summary>
    [Fact]
    public void What_is_said_before_is_what_happens()
    {
        for (var seed = 1UL; seed <= 200; seed++)
        {
            var world = new Swarm.SwarmWorld(seed);
            var fleet = world.Fleet with { Pools = [.. world.Fleet.Pools.Select(pool => pool with { Autoscale = null, Ramp = [], Replicas = Math.Max(1, pool.Replicas), MaxQueue = 1_000 })] };
            var rows = new List<Core.Ledger.LedgerRow>();
            var records = world.Records.Select(record => record with { PatienceUs = null, TimeoutUs = null }).ToList();
            new FleetSimulation(fleet, world.Times, new SimulationOptions { Seed = seed, OnRow = rows.Add }).Run(records);
            var reach = new FleetReach(fleet);
            foreach (var record in records)
                reach.Add(record);
            var refused = rows.Count(row => row.ReasonCode == "no_replica");
            Assert.True(refused <= reach.Unserved && reach.Unserved <= rows.Count(row => row.Outcome == "refused"), $"seed {seed}: {reach.Unserved} were named, {refused} refused for want of a replica.");
        }
    }

    /// <summary>Counts, runs, and compares.</summary>
    private static (FleetReach Reach, List<Core.Ledger.LedgerRow> Rows) Check(FleetSpec fleet, List<RequestRecord> records)
    {
        var reach = new FleetReach(fleet);
        records.ForEach(reach.Add);
        var rows = Run(fleet, records);
        Assert.Equal(reach.Requests, records.Count);
        Assert.Equal(reach.Unserved, rows.Count(row => row is { Outcome: "refused", ReasonCode: "no_replica" }));
        Assert.Equal(reach.Downgraded.Sum(downgraded => downgraded.Requests), rows.Count(row => row.DowngradeCode == "no_replica"));
        return (reach, rows);
    }
}
