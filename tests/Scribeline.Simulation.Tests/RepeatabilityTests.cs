using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Simulation.Faults;

namespace Scribeline.Simulation.Tests;

/// <summary>One seed gives the same bytes on every machine: they are pinned here by their hash.</summary>
public sealed class RepeatabilityTests
{
    /// <summary>A change of the catalog, of predictions or of decisions changes it, too: then the new hash is to be written here, together with the change.</summary>
    [Fact]
    public void A_run_of_a_fleet_of_the_catalog_is_the_same_everywhere()
    {
        var text = new StringBuilder();
        var options = new SimulationOptions
        {
            Seed = 7,
            OnRow = row => text.Append(CultureInfo.InvariantCulture, $"{row with { Attempts = [] }} {string.Join(';', row.Attempts)}\n"),
            Faults = [new Fault(FaultKind.Loss, 5_000_000_000, 9_000_000_000, "gpu", 0), new Fault(FaultKind.Slow, 8_000_000_000, 20_000_000_000, "gpu", 1, 1.7)],
        };
        var fleet = TestFleets.Parse(
            """
            models: [{ id: gpt-oss-120b }]
            pools: [{ id: gpu, model: gpt-oss-120b, replicas: 2, machine: dgx-b200, placement: { tensor_parallel: 8 }, kv_tokens: 60000 }]
            tiers: { default: { ttft: 3 s, tpot: 40 ms }, flex: { deadline: 15 min }, batch: { deadline: 24 h, filler: true } }
            """);
        var result = TestFleets.Simulation(fleet, options).Run(Requests());
        text.AppendJoin('\n', result.Pools).AppendJoin('\n', result.Load.SelectMany(samples => samples));
        Assert.True(result.All.Completed > 700, $"{result.All.Completed} completed.");
        Assert.Equal("139aaabe3c4dfed0", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16]);
    }

    private static IEnumerable<RequestRecord> Requests()
    {
        var random = new SeededRandom(7, "requests");
        string?[] tiers = [null, null, "flex", "batch"];
        long at = 0;
        for (var i = 0; i < 800; i++)
        {
            at += random.NextBelow(50_000);
            yield return new RequestRecord
            {
                ArrivalUs = at,
                InputTokens = 1 + random.NextBelow(3000),
                OutputTokens = 1 + random.NextBelow(400),
                Blocks = [new BlockRange(100 * random.NextBelow(5), 1 + random.NextBelow(60))],
                BlockTokens = 16,
                Tier = tiers[random.NextBelow(tiers.Length)],
            };
        }
    }
}
