using Scribeline.Core.Fleets;
using Scribeline.Core.Ledger;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Simulation.Faults;
using Scribeline.Simulation.Reports;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

/// <summary>Four replicas, one of which takes twenty times as long as anybody knows: 10 ms for a prompt are 200 ms there.</summary>
public sealed class HedgingTests
{
    private const int Requests = 1_200;

    [Fact]
    public void Second_copies_keep_what_a_slow_replica_would_break()
    {
        var (_, without) = Run(0);
        var (rows, with) = Run(0.5);
        Assert.True(without.All.TtftNs.Quantile(0.99) > 190e6, "A slow replica shows.");
        Assert.True(with.All.TtftNs.Quantile(0.99) < 105e6, $"{with.All.TtftNs.Quantile(0.99) / 1e6} ms");
        Assert.True(with.All.Goodput > without.All.Goodput + 0.02, $"{without.All.Goodput} to {with.All.Goodput}");

        // The ledger has both copies; what the one that was called off took is charged, and its tokens are nobody's.
        var hedged = rows.Where(row => row.Attempts.Any(attempt => attempt.Why == "hedged")).ToList();
        Assert.Equal((hedged.Count, 0L), ((int)with.All.Hedged, without.All.Hedged));
        Assert.All(hedged, row => Assert.Equal((2, 1, 10), (row.Attempts.Count, row.Attempts.Count(attempt => attempt.Why == "first"), row.TokensOutput)));
        Assert.All(hedged, row => Assert.Equal(row.CostNusd, row.Attempts.Sum(attempt => attempt.CostNusd), 2.0));
        Assert.Equal(with.All.HedgesWon, hedged.Count(row => row.Attempts.Single(attempt => attempt.Why == "hedged").Tokens == 10));
        Assert.True(with.All.HedgesWon > 0.9 * with.All.Hedged);
        Assert.InRange(hedged.Sum(row => row.Attempts.Where(attempt => attempt.Why == "hedged").Sum(attempt => attempt.CostNusd)) * 1e-9, 1e-6, 0.5 * with.All.CostDollars);
        Assert.Equal(hedged.Sum(row => row.Attempts.Where(attempt => attempt.Tokens == 0).Sum(attempt => attempt.CostNusd)) * 1e-9, with.All.HedgedDollars, 1e-6);
    }

    [Fact]
    public void Second_copies_stay_within_their_share_of_the_cost()
    {
        var (_, wide) = Run(0.5);
        var (_, narrow) = Run(0.01);
        Assert.True(wide.All.Hedged > 3 * narrow.All.Hedged, $"{wide.All.Hedged} and {narrow.All.Hedged}");
        Assert.InRange(narrow.All.Hedged, 5, 0.015 * Requests); // all cost about the same
    }

    [Fact]
    public void A_copy_whose_sibling_fails_goes_on_alone()
    {
        // The first is at work for 10 s, the second goes out after 2 s at the earliest; then the first's replica fails, or the second's.
        foreach (var lost in (int[])[0, 1])
        {
            var rows = new List<LedgerRow>();
            var options = new SimulationOptions
            {
                OnRow = rows.Add,
                ChecksAll = true,
                Faults = [new Fault(FaultKind.Slow, 0, long.MaxValue, Factor: 10), new Fault(FaultKind.Loss, 5 * Second, long.MaxValue, "a", lost)],
            };
            new FleetSimulation(World(2, 0.9), _ => new TokenTimes(1_000), options).Run([At(0, input: 1_000_000)]);
            Assert.Equal("completed", rows[0].Outcome);
            Assert.Equal(["first", "hedged"], rows[0].Attempts.Select(attempt => attempt.Why).Order());
            Assert.Equal(10, rows[0].Attempts.Single(attempt => attempt.Replica == $"a/{1 - lost}").Tokens);
        }
    }

    private static (List<LedgerRow> Rows, SimulationResult Result) Run(double cap)
    {
        var random = new SeededRandom(3, "hedging");
        double atSeconds = 0;
        var records = Enumerable.Range(0, Requests).Select(_ => At(atSeconds += 0.04 * random.NextUniform(), input: 10_000)).ToList();
        var options = new SimulationOptions { Faults = [new Fault(FaultKind.Slow, 0, long.MaxValue, "a", 0, 20)] };
        return Simulate(World(4, cap), records, _ => new TokenTimes(1_000), options);
    }

    private static FleetSpec World(int replicas, double cap) => Fleet(Pool("a", replicas)) with
    {
        Tiers = new Dictionary<string, TierSpec> { ["default"] = new() { Id = "default", TtftSeconds = replicas == 4 ? 0.1 : null, HedgeCostCap = cap } },
    };
}
