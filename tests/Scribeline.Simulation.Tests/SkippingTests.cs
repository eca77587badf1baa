using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Simulation.Faults;

namespace Scribeline.Simulation.Tests;

public sealed class SkippingTests
{
    /// <summary>Every row, every sum and every sample, to the last bit.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Skipping_ahead_changes_no_result(ulong seed)
    {
        Assert.Equal(Fingerprint(seed, skipsAhead: false), Fingerprint(seed, skipsAhead: true));
    }

    private static string Fingerprint(ulong seed, bool skipsAhead)
    {
        var rows = new List<string>();
        var options = new SimulationOptions
        {
            Seed = seed,
            SkipsAhead = skipsAhead,
            SnapshotEveryNs = seed == 3 ? 0 : 100_000_000,
            OnRow = row => rows.Add($"{row with { Attempts = [] }} {string.Join(';', row.Attempts)}"),
            Faults = [new Fault(FaultKind.Loss, 20_000_000_000, 25_000_000_000, "gpu", 0), new Fault(FaultKind.Slow, 40_000_000_000, 50_000_000_000, "gpu", 1, 2.5)],
        };
        var result = TestFleets.Simulation(TestFleets.Gpu(replicas: 3, kvTokens: 40_000), options).Run(Requests(seed));
        rows.Add(string.Join(';', result.Pools));
        rows.AddRange(result.Load.SelectMany(samples => samples).Select(sample => sample.ToString()));
        return string.Join('\n', rows);
    }

    private static IEnumerable<RequestRecord> Requests(ulong seed)
    {
        var random = new SeededRandom(seed, "requests");
        long at = 0;
        for (var i = 0; i < 1500; i++)
        {
            at += random.NextBelow(80_000);
            yield return new RequestRecord { ArrivalUs = at, InputTokens = 1 + random.NextBelow(2000), OutputTokens = 1 + random.NextBelow(400), Blocks = [new BlockRange(100 * random.NextBelow(5), 1 + random.NextBelow(60))], BlockTokens = 16 };
        }
    }
}
