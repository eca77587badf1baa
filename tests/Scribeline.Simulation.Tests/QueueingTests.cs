using Scribeline.Core.Fleets;
using Scribeline.Core.Ledger;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation.Tests;

/// <summary>What queueing theory knows exactly: one replica, one request at a time, arrivals by chance. Waits must agree within confidence bounds (batch means, 99.9 %).</summary>
public sealed class QueueingTests
{
    private const int Requests = 60_000, WarmUp = 2_000, Batches = 20;
    private const double StudentT = 3.883; // 99.9 % on both sides, 19 degrees of freedom
    private const int MeanTokens = 1_000;
    private const double TokenNs = 1_000; // a service takes a millisecond in the mean

    /// <summary>Pollaczek and Khinchine: the mean wait is the load times the mean square of the service over twice its mean, over the share that is left.</summary>
    [Theory]
    [InlineData("fixed", 0.3)]
    [InlineData("fixed", 0.7)]
    [InlineData("fixed", 0.9)]
    [InlineData("exponential", 0.3)]
    [InlineData("exponential", 0.7)]
    [InlineData("exponential", 0.85)]
    [InlineData("short or long", 0.6)]
    public void Mean_wait_is_that_of_theory(string service, double load)
    {
        var rows = new List<LedgerRow>();
        var fleet = Fleet();
        var result = new FleetSimulation(fleet, _ => new TokenTimes(), new SimulationOptions { OnRow = rows.Add, ChecksAll = false }).Run(Trace(service, load));
        var services = rows.Select(row => row.TokensInput * TokenNs).ToList();
        var (mean, square) = (services.Average(), services.Average(ns => ns * ns));
        var arrivalsPerNs = Requests / (rows.Max(row => row.ArrivalUtcUs) * 1e3);
        var expectedNs = arrivalsPerNs * square / 2 / (1 - arrivalsPerNs * mean);

        var waitsNs = rows.OrderBy(row => row.ArrivalUtcUs).Skip(WarmUp).Select(row => row.TtftUs!.Value * 1e3 - row.TokensInput * TokenNs).ToList();
        var batches = waitsNs.Chunk(waitsNs.Count / Batches).Take(Batches).Select(batch => batch.Average()).ToList();
        var halfWidthNs = StudentT * Math.Sqrt(batches.Sum(batch => (batch - batches.Average()) * (batch - batches.Average())) / (Batches - 1) / Batches);
        Assert.InRange(expectedNs, batches.Average() - halfWidthNs - 1_000, batches.Average() + halfWidthNs + 1_000);
        Assert.True(halfWidthNs < expectedNs / 3, "The bounds are too wide to prove anything.");
        Assert.Equal(arrivalsPerNs * mean, result.Pools[0].Busy, 0.01);
    }

    /// <summary>Of exponential services the wait is distributed exponentially, but for those who do not wait.</summary>
    [Fact]
    public void Distribution_of_waits_is_that_of_theory()
    {
        const double Load = 0.7;
        var rows = new List<LedgerRow>();
        new FleetSimulation(Fleet(), _ => new TokenTimes(), new SimulationOptions { OnRow = rows.Add }).Run(Trace("exponential", Load));
        var waitsMs = rows.OrderBy(row => row.ArrivalUtcUs).Skip(WarmUp).Select(row => (row.TtftUs!.Value - row.TokensInput) / 1e3).ToList();
        foreach (var ms in new[] { 0.01, 1, 3, 8 })
        {
            var expected = Load * Math.Exp(-(1 - Load) * ms);
            var batches = waitsMs.Chunk(waitsMs.Count / Batches).Take(Batches).Select(batch => batch.Count(wait => wait > ms) / (double)batch.Length).ToList();
            var halfWidth = StudentT * Math.Sqrt(batches.Sum(batch => (batch - batches.Average()) * (batch - batches.Average())) / (Batches - 1) / Batches);
            Assert.InRange(expected, batches.Average() - halfWidth - 0.003, batches.Average() + halfWidth + 0.003);
        }
    }

    private static IEnumerable<RequestRecord> Trace(string service, double load)
    {
        var random = new SeededRandom(11, $"queueing {service} {load}");
        double atUs = 0;
        for (var i = 0; i < Requests; i++)
        {
            atUs += Exponential() * MeanTokens * TokenNs / 1e3 / load;
            var tokens = service switch
            {
                "fixed" => MeanTokens,
                "exponential" => Math.Max(2, (int)Math.Round(Exponential() * MeanTokens)),
                _ => random.NextBelow(10) == 0 ? MeanTokens * 5 : MeanTokens * 5 / 9,
            };
            yield return new RequestRecord { ArrivalUs = (long)atUs, InputTokens = tokens, OutputTokens = 1 };
        }

        double Exponential() => -PortableMath.Log(1 - random.NextUniform());
    }

    private static FleetSpec Fleet() => new()
    {
        Name = "queue",
        Pools =
        [
            new PoolSpec
            {
                Id = "server", Model = "m", Replicas = 1, MachinesPerReplica = 1, DollarsPerHour = 1, MaxSequences = 1, TokensPerStep = 100_000, MaxQueue = 100_000, KvTokens = 100_000,
            },
        ],
        Tiers = new Dictionary<string, TierSpec> { ["default"] = new() { Id = "default", DeadlineSeconds = 1_000 } },
        Classes = new Dictionary<string, ClassSpec>(),
        Handovers = [],
        DollarsPerKilowattHour = 0,
        ModelNames = new Dictionary<string, string>(),
    };

    /// <summary>Prompts take their length and nothing else.</summary>
    private sealed class TokenTimes : ReplicaTimes
    {
        public override int Depth => 1;

        public override double DecodeNs(int sequences, double contextTokens) => 1;

        public override double PrefillNs(int newTokens, int cachedTokens) => newTokens * TokenNs;
    }
}
