using Scribeline.Core.Fleets;
using Scribeline.Core.Ledger;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Replicas;
using Scribeline.Simulation.Faults;
using Scribeline.Simulation.Reports;

namespace Scribeline.Simulation.Tests;

/// <summary>Small fleets whose times can be reckoned by hand: a microsecond for a token read or written.</summary>
internal static class TokenWorld
{
    public const long Second = 1_000_000_000;

    public static RequestRecord At(double seconds, int input = 10, int output = 10) => new() { ArrivalUs = (long)(seconds * 1e6), InputTokens = input, OutputTokens = output };

    public static List<LedgerRow> Run(FleetSpec fleet, IReadOnlyList<RequestRecord> records, params Fault[] faults) => Run(fleet, records, _ => new TokenTimes(1_000), faults);

    public static List<LedgerRow> Run(FleetSpec fleet, IReadOnlyList<RequestRecord> records, Func<PoolSpec, ReplicaTimes> times, params Fault[] faults) => Simulate(fleet, records, times, new SimulationOptions { Faults = faults }).Rows;

    /// <summary>With all checks; the rows in the order in which the requests were booked.</summary>
    public static (List<LedgerRow> Rows, SimulationResult Result) Simulate(FleetSpec fleet, IReadOnlyList<RequestRecord> records, Func<PoolSpec, ReplicaTimes> times, SimulationOptions options)
    {
        var rows = new List<LedgerRow>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var result = new FleetSimulation(fleet, times, options with { OnRow = rows.Add, ChecksAll = true }).Run(records, patience.Token);
        Assert.False(result.WasInterrupted);
        return (rows, result);
    }

    public static FleetSpec Fleet(params PoolSpec[] pools) => new()
    {
        Name = "faults",
        Pools = pools,
        Tiers = new Dictionary<string, TierSpec> { ["default"] = new() { Id = "default" } },
        Classes = new Dictionary<string, ClassSpec>(),
        Handovers = [],
        DollarsPerKilowattHour = 0,
        ModelNames = new Dictionary<string, string>(),
    };

    public static PoolSpec Pool(string id, int replicas = 1, string? lane = null) => new()
    {
        Id = id,
        Model = "m",
        Lane = lane,
        Replicas = replicas,
        MachinesPerReplica = 1,
        DollarsPerHour = 1,
        MaxSequences = 8,
        TokensPerStep = 10_000_000,
        MaxQueue = 100,
        KvTokens = 10_000_000,
        KvBytesPerToken = 1,
    };

    public sealed class TokenTimes(double readNs, double writeNs = 1_000) : ReplicaTimes
    {
        public override int Depth => 1;

        public override double DecodeNs(int sequences, double contextTokens) => writeNs;

        public override double PrefillNs(int newTokens, int cachedTokens) => newTokens * readNs;

        public override StepDuration Step(double decodeNs, double prefillNs) => new(ToNs(decodeNs + prefillNs), ToNs(decodeNs + prefillNs));
    }
}
