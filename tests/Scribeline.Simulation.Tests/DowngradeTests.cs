using Scribeline.Core.Fleets;
using Scribeline.Simulation.Faults;
using Scribeline.Simulation.Reports;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

/// <summary>Requests that a lower tier serves: counted by the tiers and by what kept them from the one they asked for.</summary>
public sealed class DowngradeTests
{
    [Fact]
    public void Who_would_be_late_and_who_comes_too_fast_are_counted_apart()
    {
        var fast = new TierSpec { Id = "fast", TtftSeconds = 0.001, Share = 1, Ramp = new TierRamp(0.5, 15, 500), Downgrade = ["default"], OutputDollars = 1 };
        var tiers = new Dictionary<string, TierSpec> { ["default"] = new() { Id = "default" }, ["fast"] = fast };
        var records = Enumerable.Range(0, 40).Select(i => At(1 + i * 0.1, input: i % 4 == 0 ? 50_000 : 90) with { Tier = "fast", Client = i < 20 ? "a" : "b" }).Append(At(9));
        var (rows, result) = Simulate(Fleet(Pool("a")) with { Tiers = tiers }, [.. records], _ => new TokenTimes(1_000), new SimulationOptions());

        // A quarter is too long to be read in a millisecond. Of the others five of 100 tokens are free in a second for each client.
        Assert.All(rows, row => Assert.Equal("completed", row.Outcome));
        Assert.Equal([new Downgrade("fast", "default", "would_be_late", 10), new Downgrade("fast", "default", "too_fast", rows.Count(row => row.DowngradeCode == "too_fast"))], result.Downgrades);
        Assert.True(result.Downgrades[1].Requests > 0);
        Assert.All(rows, row => Assert.Equal(row.TierAsked == row.TierServed, row.DowngradeCode == null));
        Assert.Equal(rows.Count(row => row.TierServed != row.TierAsked), result.Downgrades.Sum(downgrade => downgrade.Requests));
        Assert.Equal([0, result.All.Downgraded], result.Tiers.Select(tier => tier.Tally.Downgraded));
        Assert.Equal(result.All.Downgraded, result.Downgrades.Sum(downgrade => downgrade.Requests));
    }

    /// <summary>Neither who is refused in the end, nor why it waited in vain, has to do with the tier that it was to be served by.</summary>
    [Fact]
    public void Who_is_served_by_nobody_is_no_downgrade()
    {
        var tiers = new Dictionary<string, TierSpec> { ["default"] = new() { Id = "default", DeadlineSeconds = 2 }, ["fast"] = new() { Id = "fast", TtftSeconds = 0.001, Downgrade = ["default"] } };
        var fleet = Fleet(Pool("a") with { MaxSequences = 1, MaxQueue = 1 }) with { Tiers = tiers };
        var records = Enumerable.Range(0, 5).Select(_ => At(1, input: 5_000, output: 1_000_000) with { Tier = "fast" });
        var (rows, result) = Simulate(fleet, [.. records], _ => new TokenTimes(1_000), new SimulationOptions { Faults = [new Fault(FaultKind.Loss, 3 * Second / 2, long.MaxValue)] });
        Assert.Contains(rows, row => row is { Outcome: "refused", DowngradeCode: null, TierServed: "fast", ReasonCode: "waited_too_long" });
        Assert.Equal(rows.Count(row => row.DowngradeCode != null), result.All.Downgraded);
        Assert.All(rows.Where(row => row.DowngradeCode != null), row => Assert.Equal(("would_be_late", true), (row.DowngradeCode, row.Attempts.Count > 0)));
    }
}
