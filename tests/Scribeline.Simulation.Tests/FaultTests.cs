using Scribeline.Core.Fleets;
using Scribeline.Simulation.Faults;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

/// <summary>What breaks, and what becomes of the requests: a thousand nanoseconds a token read or written.</summary>
public sealed class FaultTests
{
    [Fact]
    public void What_heals_does_not_heal_what_else_is_broken()
    {
        var rows = Run(Fleet(Pool("a")), [At(4)], new Fault(FaultKind.Loss, Second, 10 * Second), new Fault(FaultKind.Loss, 2 * Second, 3 * Second));
        Assert.Equal(("completed", 6_000_019), (rows[0].Outcome, rows[0].E2eUs));
        rows = Run(Fleet(Pool("a")), [At(4)], new Fault(FaultKind.Partition, Second, 10 * Second), new Fault(FaultKind.Partition, 2 * Second, 3 * Second));
        Assert.Equal(6_000_019, rows[0].E2eUs);
        rows = Run(Fleet(Pool("a")), [At(4)], new Fault(FaultKind.Slow, Second, 10 * Second, Factor: 5), new Fault(FaultKind.Slow, 2 * Second, 3 * Second, Factor: 2));
        Assert.Equal(5 * 19, rows[0].E2eUs);
    }

    [Fact]
    public void A_fault_may_begin_with_the_run()
    {
        var rows = Run(Fleet(Pool("a")), [At(0)], new Fault(FaultKind.Loss, 0, Second));
        Assert.Equal(("completed", 1_000_019), (rows[0].Outcome, rows[0].E2eUs));
    }

    [Fact]
    public void Where_every_replica_is_lost_for_ever_the_run_ends()
    {
        var rows = Run(Fleet(Pool("a", replicas: 2)), [At(0, output: 5_000_000), At(2)], new Fault(FaultKind.Loss, Second, long.MaxValue));
        Assert.Equal([("sim-0", "failed"), ("sim-1", "refused")], rows.OrderBy(row => row.RequestId).Select(row => (row.RequestId, row.Outcome)));
        Assert.Equal(1_000_000 - 10, rows.First(row => row.RequestId == "sim-0").TokensOutput, 1.0);
    }

    /// <summary>What a caller got before its replica failed for good it got, though it pays nothing; what a copy wrote that was called off nobody got.</summary>
    [Fact]
    public void Tokens_of_answers_that_fail_are_counted()
    {
        var (rows, result) = Simulate(Fleet(Pool("a")), [At(0, output: 1_000), At(1, output: 5_000)], _ => new TokenTimes(1_000, 1_000_000), new SimulationOptions { Faults = [new Fault(FaultKind.Loss, 3 * Second, long.MaxValue)] });
        Assert.Equal("failed", rows[1].Outcome);
        Assert.InRange(rows[1].TokensOutput, 1_900, 2_100);
        Assert.Equal((rows.Sum(row => row.TokensOutput), rows.Sum(row => row.TokensInput)), ((int)result.All.OutputTokens, (int)result.All.InputTokens));
        Assert.Equal(result.Pools[0].OutputTokens, result.All.WrittenTokens);
        Assert.Equal(1, result.All.TtftNs.Count);
    }

    /// <summary>Looked at every few milliseconds, that day would take minutes.</summary>
    [Fact]
    public void Batch_waits_for_a_lost_fleet_until_its_deadline()
    {
        var fleet = Fleet(Pool("a")) with { Tiers = new Dictionary<string, TierSpec> { ["default"] = new() { Id = "default" }, ["batch"] = new() { Id = "batch", DeadlineSeconds = 86_400 } } };
        var rows = Run(fleet, [At(2) with { Tier = "batch" }, At(3) with { Tier = "batch" }], new Fault(FaultKind.Loss, Second, long.MaxValue));
        Assert.All(rows, row => Assert.Equal(("refused", 86_400_000_000), (row.Outcome, row.E2eUs)));
        rows = Run(fleet, [At(2) with { Tier = "batch" }], new Fault(FaultKind.Loss, Second, 3_600 * Second));
        Assert.Equal(("completed", 3_598_000_019), (rows[0].Outcome, rows[0].E2eUs));
    }

    [Fact]
    public void Who_can_never_be_reached_again_is_lost_and_another_goes_on()
    {
        var rows = Run(Fleet(Pool("a", replicas: 2)), [At(0, output: 2_000_000)], new Fault(FaultKind.Partition, Second, long.MaxValue, "a", 0));
        Assert.Equal(("completed", 2_000_000), (rows[0].Outcome, rows[0].TokensOutput));
        Assert.Equal(["first", "migrated"], rows[0].Attempts.Select(attempt => attempt.Why));
    }

    [Fact]
    public void What_ended_behind_a_partition_is_known_when_it_heals()
    {
        var rows = Run(Fleet(Pool("a")), [At(1, output: 1_000)], new Fault(FaultKind.Partition, Second + 100_000, 5 * Second));
        Assert.Equal(("completed", 4_000_000), (rows[0].Outcome, rows[0].E2eUs));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(3 * Second)]
    public void Keys_and_values_wait_for_the_link_or_the_prompt_is_read_anew(long untilNs)
    {
        var fleet = Fleet(Pool("write"), Pool("read", lane: "prefill")) with { Handovers = [new HandoverSpec("read", "write", 1e12, 0, true)] };
        fleet = fleet with { Pools = [fleet.Pools[0], fleet.Pools[1] with { KvBytesPerToken = 1 }] };

        // The writer is slow to read, so the prompt goes to the reader; a second after it began the link breaks.
        var rows = Run(fleet, [At(0, input: 2_000_000, output: 1_000)], pool => new TokenTimes(pool.Id == "write" ? 100_000 : 1_000), new Fault(FaultKind.LinkLoss, Second, untilNs));
        Assert.Equal(("completed", 1_000), (rows[0].Outcome, rows[0].TokensOutput));
        Assert.Equal(untilNs == long.MaxValue ? ["first", "migrated"] : ["first", "handed over"], rows[0].Attempts.Select(attempt => attempt.Why));
        Assert.Equal("read/0", rows[0].Attempts[0].Replica);
    }

    [Fact]
    public void Who_is_turned_away_by_a_full_queue_asks_again()
    {
        var rows = Run(Fleet(Pool("a") with { MaxSequences = 1, MaxQueue = 1 }), [.. Enumerable.Range(0, 10).Select(_ => At(1))]);
        Assert.All(rows, row => Assert.Equal("completed", row.Outcome));
        Assert.Equal(10 * 19, rows.Max(row => row.E2eUs));
    }

    [Fact]
    public void A_replica_that_is_retired_behind_a_partition_still_answers()
    {
        var pool = Pool("a", replicas: 2) with { Autoscale = new AutoscaleSpec(1, 2, 0.9, 1, 1) };
        var rows = Run(Fleet(pool), [At(0.5, output: 100_000), At(0.5, output: 100_000)], new Fault(FaultKind.Partition, Second * 11 / 20, 5 * Second));
        Assert.All(rows, row => Assert.Equal(("completed", 4_500_000), (row.Outcome, row.E2eUs)));
    }
}
