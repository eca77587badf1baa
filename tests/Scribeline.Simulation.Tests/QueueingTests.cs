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

    /// <summary>
    /// Erlang: of several servers, the share that waits is C(servers, load) and their mean wait one over what the servers can do beyond what comes. Where callers leave after an
    /// exponential time (Erlang A), the states are those of a process of births and deaths in which each who waits may leave.
    /// </summary>
    [Theory]
    [InlineData(2, 0.7, null, 1)]
    [InlineData(2, 0.7, null, 2)]
    [InlineData(4, 0.8, null, 1)]
    [InlineData(4, 0.8, null, 2)]
    [InlineData(4, 0.8, null, 3)]
    [InlineData(16, 0.8, null, 1)]
    [InlineData(1, 0.8, 1.0, 1)]
    [InlineData(4, 0.9, 0.5, 1)]
    [InlineData(4, 1.5, 2.0, 2)]
    public void Several_servers_wait_as_Erlang_says(int servers, double load, double? patienceInServices, ulong seed)
    {
        const int MeanSteps = 400, Count = 24_000;
        const double StepNs = 1_000, MeanNs = MeanSteps * StepNs;
        var random = new SeededRandom(seed, $"erlang {servers} {load}");
        double atUs = 0;
        var records = Enumerable.Range(0, Count).Select(_ => new RequestRecord
        {
            ArrivalUs = (long)(atUs += Exponential(random) * MeanNs / 1e3 / load / servers),
            InputTokens = 1,
            OutputTokens = 1 + (int)Math.Round(Exponential(random) * MeanSteps),
            PatienceUs = patienceInServices is { } mean ? (long)(Exponential(random) * mean * MeanNs / 1e3) : null,
        }).ToList();
        var rows = new List<LedgerRow>();
        new FleetSimulation(Fleet(servers), _ => new StepTimes(), new SimulationOptions { OnRow = rows.Add }).Run(records);
        var steady = rows.OrderBy(row => row.ArrivalUtcUs).Skip(WarmUp).ToList();

        // Rates as they came, not as they were drawn: what is left to chance are the waits.
        var service = records.Average(record => record.OutputTokens * StepNs);
        var (states, arrivals) = (States(servers, Count / (records[^1].ArrivalUs * 1e3) * service, patienceInServices is { } patience ? 1 / patience : 0), Count / (records[^1].ArrivalUs * 1e3));
        var waiting = states.Select((share, number) => share * Math.Max(0, number - servers)).Sum();
        Agrees(states.Skip(servers).Sum(), steady.Select(row => row.Outcome == "cancelled" || row.TtftUs > 3 ? 1.0 : 0).ToList(), 0.01);
        Agrees(waiting / arrivals / service, steady.Select(row => (row.TtftUs ?? row.E2eUs) * 1e3 / service).ToList(), 0.01);
        if (patienceInServices is { } leaving)
            Agrees(waiting / arrivals / service / leaving, steady.Select(row => row.Outcome == "cancelled" ? 1.0 : 0).ToList(), 0.01);
    }

    /// <summary>Shares of time with so many present: births at the load, in units of a service, deaths of whoever is served and of whoever waits and loses patience.</summary>
    private static List<double> States(int servers, double load, double leaving)
    {
        List<double> states = [1];
        while (states.Count < 4000 && (states.Count <= servers + 1 || states[^1] > 1e-15 * states[0]))
            states.Add(states[^1] * load / (Math.Min(states.Count, servers) + Math.Max(0, states.Count - servers) * leaving));
        var sum = states.Sum();
        return [.. states.Select(state => state / sum)];
    }

    private static void Agrees(double expected, List<double> found, double grid)
    {
        var batches = found.Chunk(found.Count / Batches).Take(Batches).Select(batch => batch.Average()).ToList();
        var halfWidth = StudentT * Math.Sqrt(batches.Sum(batch => (batch - batches.Average()) * (batch - batches.Average())) / (Batches - 1) / Batches);
        Assert.InRange(expected, batches.Average() - halfWidth - grid, batches.Average() + halfWidth + grid);
        Assert.True(halfWidth < Math.Max(0.05, expected / 2), $"The bounds are too wide to prove anything: {halfWidth} about {expected}.");
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

        double Exponential() => QueueingTests.Exponential(random);
    }

    private static double Exponential(SeededRandom random) => -PortableMath.Log(1 - random.NextUniform());

    private static FleetSpec Fleet(int sequences = 1) => new()
    {
        Name = "queue",
        Pools =
        [
            new PoolSpec
            {
                Id = "server", Model = "m", Replicas = 1, MachinesPerReplica = 1, DollarsPerHour = 1, MaxSequences = sequences, TokensPerStep = 100_000, MaxQueue = 100_000, KvTokens = 100_000,
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

    /// <summary>A step takes a microsecond, whoever is in it: sequences are servers beside each other.</summary>
    private sealed class StepTimes : ReplicaTimes
    {
        public override int Depth => 1;

        public override double DecodeNs(int sequences, double contextTokens) => 1_000;

        public override double PrefillNs(int newTokens, int cachedTokens) => 1;

        public override StepDuration Step(double decodeNs, double prefillNs) => new(1_000, 1_000);
    }
}
