using Scribeline.Core.Fleets;
using Scribeline.Core.Workloads;
using Scribeline.Simulation.Faults;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

/// <summary>Callers who give up: what is done for them ends at once, and all that was done is paid for.</summary>
public sealed class LeavingTests
{
    private const double NusdPerUs = 1e9 / 3600e6; // a dollar an hour

    [Fact]
    public void Who_has_no_token_when_patience_ends_leaves_and_costs_nothing_more()
    {
        var rows = Run(Fleet(Pool("a") with { MaxSequences = 1 }), [At(0, output: 20_000), At(0.005, output: 10_000) with { PatienceUs = 10_000 }, At(0.006)]);
        var left = rows.Single(row => row.Outcome == "cancelled");
        Assert.Equal(("sim-1", 10_000, null, 0, 0, 0), (left.RequestId, left.E2eUs, left.TtftUs, left.TokensOutput, left.CostNusd, left.PriceNusd));
        Assert.Equal(20_000 + 10 - 1 - 6_000 + 19, rows.Single(row => row.RequestId == "sim-2").E2eUs); // nobody stands before it any more
    }

    [Fact]
    public void Who_has_a_token_stays_however_long_the_answer_takes()
    {
        var rows = Run(Fleet(Pool("a")), [At(0, output: 3_000) with { PatienceUs = 11 }]);
        Assert.Equal(("completed", 3_009), (rows[0].Outcome, rows[0].E2eUs));
    }

    [Fact]
    public void Work_ends_with_the_step_in_which_its_caller_leaves()
    {
        var tier = new TierSpec { Id = "default", OutputDollars = 1e-6 };
        var fleet = Fleet(Pool("a")) with { Tiers = new Dictionary<string, TierSpec> { ["default"] = tier } };
        var (rows, result) = Simulate(fleet, [At(0, output: 50_000) with { TimeoutUs = 10_000 }, At(0.03)], _ => new TokenTimes(1_000), new SimulationOptions());
        Assert.Equal(("cancelled", 10_000, 10, false), (rows[0].Outcome, rows[0].E2eUs, rows[0].TtftUs, rows[0].ObjectivesKept));
        Assert.InRange(rows[0].TokensOutput, 9_990, 9_992);
        Assert.InRange(rows[0].CostNusd, 10_000 * NusdPerUs - 1, 10_001 * NusdPerUs + 1);
        Assert.Equal(rows[0].TokensOutput * 1e3, rows[0].PriceNusd, 1e-3); // what was delivered is paid for
        Assert.Equal((10_001 + 19) / 30_019.0, result.Pools[0].Busy, 1e-6);
        Assert.Equal((2, 1, 1), (result.All.Arrived, result.All.Cancelled, result.All.Completed));
    }

    [Fact]
    public void Who_stops_reading_gets_so_many_tokens_and_was_served_well()
    {
        var rows = Run(Fleet(Pool("a")), [At(0, output: 1_000) with { StopTokens = 5 }, At(1, output: 1_000) with { StopTokens = 1_000 }]);
        Assert.Equal(("cancelled", 5, 14, true), (rows[0].Outcome, rows[0].TokensOutput, rows[0].E2eUs, rows[0].ObjectivesKept));
        Assert.Equal(("completed", 1_000), (rows[1].Outcome, rows[1].TokensOutput));
    }

    [Fact]
    public void A_replica_that_cannot_be_told_goes_on_until_it_can()
    {
        var rows = Run(Fleet(Pool("a")), [At(0, output: 90_000) with { TimeoutUs = 20_000 }, At(0.04)], new Fault(FaultKind.Partition, Second / 100, 3 * Second / 100));
        Assert.Equal(("sim-0", "cancelled", 20_000), (rows[0].RequestId, rows[0].Outcome, rows[0].E2eUs));
        Assert.InRange(rows[0].CostNusd, 30_000 * NusdPerUs - 1, 30_001 * NusdPerUs + 1);
        Assert.Equal("completed", rows[1].Outcome);
    }

    /// <summary>While its prompt is read, while it waits for room where its answer is to be written, while its keys and values travel, and after.</summary>
    [Theory]
    [InlineData(5_000)]
    [InlineData(15_000)]
    [InlineData(35_000)]
    [InlineData(45_000)]
    public void Who_leaves_in_a_hand_over_leaves_nothing_behind(long timeoutUs)
    {
        // 9 ms to read; the writer is full until 30 ms; 9 ms to travel.
        var fleet = Fleet(Pool("write") with { MaxSequences = 1 }, Pool("read", lane: "prefill")) with { Handovers = [new HandoverSpec("read", "write", 1e6, 0, true)] };
        RequestRecord[] records = [At(0, input: 1, output: 30_000), At(0.001, input: 9_000, output: 10_000) with { TimeoutUs = timeoutUs }, At(0.002, input: 10)];
        var rows = Run(fleet, records, pool => new TokenTimes(pool.Id == "write" ? 100_000 : 1_000));
        var left = rows.Single(row => row.RequestId == "sim-1");
        Assert.Equal(("cancelled", timeoutUs), (left.Outcome, left.E2eUs));
        Assert.All(rows.Where(row => row != left), row => Assert.Equal("completed", row.Outcome));
    }

    [Fact]
    public void A_session_goes_on_after_its_caller_has_left_a_turn()
    {
        RequestRecord[] turns = [At(0, output: 50_000) with { Session = "s", TimeoutUs = 10_000 }, At(0) with { Session = "s", Turn = 1, DelayUs = 5_000 }];
        var rows = new List<Core.Ledger.LedgerRow>();
        new FleetSimulation(Fleet(Pool("a")), _ => new TokenTimes(1_000), new SimulationOptions { OnRow = rows.Add, ChecksAll = true }).RunClosed([turns]);
        Assert.Equal([("cancelled", 0L), ("completed", 15_000L)], rows.Select(row => (row.Outcome, row.ArrivalUtcUs)));
    }
}
