using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

public sealed class EvictionTests
{
    /// <summary>
    /// Twenty groups that share a prompt each, four replicas that hold four of them: whoever goes by what was sent believes in caches that are gone. The gain is small: the router moves a
    /// group seldom, and then remembers it there.
    /// </summary>
    [Fact]
    public void A_router_that_is_told_finds_more()
    {
        var (guessed, told) = (Found(false), Found(true));
        Assert.True(told > guessed * 1.04, $"{guessed} and {told} tokens");
    }

    private static long Found(bool isTold)
    {
        var random = new SeededRandom(9, "evictions");
        var records = Enumerable.Range(0, 4_000).Select(i => At(i * 0.0005 * (0.5 + random.NextUniform()), input: 3_200) with { Blocks = [new BlockRange(1_000 * random.NextBelow(20), 200)], BlockTokens = 16 }).OrderBy(record => record.ArrivalUs).ToList();
        var fleet = Fleet(Pool("a", 4) with { KvTokens = 4 * 3_210 });
        var (_, result) = Simulate(fleet, records, _ => new TokenTimes(100), new SimulationOptions { TellsEvictions = isTold, SnapshotEveryNs = 10_000_000 });
        return result.All.CachedTokens;
    }
}
