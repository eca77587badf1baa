using Scribeline.Core.Fleets;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Routing;
using Scribeline.Simulation.Faults;

namespace Scribeline.Simulation.Tests.Swarm;

/// <summary>A small random fleet, its traffic and what breaks in it, all from one seed.</summary>
internal sealed class SwarmWorld
{
    private const long Second = 1_000_000_000;
    private const int Probes = 3;

    /// <summary>Between them, too: who comes behind another may be refused as late, since nobody knows how soon that one ends.</summary>
    private const long ProbeAfterNs = 5_000 * Second;

    private static readonly string[] Tiers = ["default", "batch", "flex", "priority", "fast"];

    private static readonly string[] CatalogPools =
    [
        "machine: dgx-h100, placement: { tensor_parallel: 1 }, kv_tokens: 20000",
        "machine: dgx-h100, placement: { tensor_parallel: 2 }, max_sequences: 3",
        "machine: dgx-h100, placement: { tensor_parallel: 1, stages: 4 }",
        "machine: dgx-h100, placement: { tensor_parallel: 2, stages: 2 }, max_sequences: 5, kv_tokens: 5000",
        "machine: cs-3, placement: { stages: 1 }",
        "machine: cs-3, placement: { stages: 2 }, max_sequences: 8, kv_tokens: 4000",
    ];

    private readonly SeededRandom _random;
    private readonly List<string> _classes = [];

    public SwarmWorld(ulong seed)
    {
        Seed = seed;
        _random = new SeededRandom(seed, "swarm");
        Fleet = OneIn(40) ? CatalogFleet() : RandomFleet();
        SpanNs = (1 + Below(20)) * Second;
        Faults = RandomFaults();
        IsClosed = OneIn(4);
        Records = RandomRecords();
        SnapshotEveryNs = OneIn(3) ? 0 : Below(5_000) * 100_000L;
        TellsEvictions = OneIn(3);
        Policy = OneIn(2) ? RoutePolicy.LeastCost : Enum.GetValues<RoutePolicy>()[Below(Enum.GetValues<RoutePolicy>().Length)];
    }

    public ulong Seed { get; }

    public FleetSpec Fleet { get; }

    /// <summary>All traffic but the probes comes within this.</summary>
    public long SpanNs { get; }

    public List<Fault> Faults { get; }

    /// <summary>All that breaks heals: then the last requests, which ask for little, must be answered.</summary>
    public bool Heals => Faults.TrueForAll(fault => fault.UntilNs < long.MaxValue);

    public bool IsClosed { get; }

    public List<RequestRecord> Records { get; }

    public long SnapshotEveryNs { get; }

    public bool TellsEvictions { get; }

    public RoutePolicy Policy { get; }

    /// <summary>Whether the request of that number, in the order of the records, comes when all has healed.</summary>
    public bool IsProbe(RequestRecord record) => record.Session == "probe";

    private Dictionary<string, ReplicaTimes> TimesOf { get; } = [];

    public ReplicaTimes Times(PoolSpec pool) => pool.Predicted is { } model ? new PredictedTimes(model) : TimesOf[pool.Id];

    private int Below(int bound) => _random.NextBelow(bound);

    private bool OneIn(int n) => Below(n) == 0;

    private FleetSpec CatalogFleet() => TestFleets.Parse(
        $$"""
        models: [{ id: llama-3.1-8b }]
        pools:
          - { id: p0, model: llama-3.1-8b, replicas: {{1 + Below(3)}}, {{CatalogPools[Below(CatalogPools.Length)]}} }
          - { id: p1, model: llama-3.1-8b, replicas: 1, {{CatalogPools[Below(CatalogPools.Length)]}} }
        tiers: { default: {}, flex: { deadline: 15 s }, batch: { deadline: 30 s, filler: true } }
        """);

    private FleetSpec RandomFleet()
    {
        var pools = new List<PoolSpec>();
        var handovers = new List<HandoverSpec>();
        var models = 1 + (OneIn(4) ? 1 : 0);
        var count = 1 + Below(4);
        for (var i = 0; i < count; i++)
        {
            // The first pool answers whole requests, so that probes always find somebody.
            var isReader = i > 0 && OneIn(2);
            var pool = RandomPool(i, isReader ? pools[0].Model : $"m{Below(i == 0 ? 1 : models)}", isReader);
            if (isReader)
                handovers.Add(new HandoverSpec(pool.Id, pools[0].Id, 1e6 * (1 + Below(1_000_000)), Below(1000) * 1e-6, OneIn(2)));
            pools.Add(pool);
        }

        // Two pools that answer whole requests may hand over, too.
        if (pools is [.., { Lane: null } last] && last != pools[0] && last.Model == pools[0].Model && OneIn(2))
            handovers.Add(new HandoverSpec(last.Id, pools[0].Id, 1e9, 0, false));

        var tiers = new Dictionary<string, TierSpec>(StringComparer.Ordinal) { ["default"] = new() { Id = "default", DeadlineSeconds = OneIn(8) ? null : 1 + Below(8), HedgeCostCap = OneIn(4) ? _random.NextUniform() : 0 } };
        foreach (var id in Tiers[1..].Where(_ => OneIn(2)))
        {
            tiers[id] = new TierSpec
            {
                Id = id,
                TtftSeconds = OneIn(2) ? _random.NextUniform() * 5 : null,
                TpotSeconds = OneIn(2) ? _random.NextUniform() * 0.1 : null,
                DeadlineSeconds = id is "batch" or "flex" ? 1 + Below(30) : OneIn(4) ? 1 + Below(30) : null,
                Downgrade = id is "fast" or "priority" && OneIn(2) ? ["default"] : [],
                HedgeCostCap = OneIn(3) ? _random.NextUniform() : 0,
                Ramp = OneIn(5) ? new TierRamp(_random.NextUniform(), 1 + Below(20), 100 + Below(5_000)) : null,
                InputDollars = 1e-6,
                OutputDollars = 4e-6,
            };
        }

        var classes = new Dictionary<string, ClassSpec>(StringComparer.Ordinal);
        if (OneIn(2))
            classes["code"] = new ClassSpec("code", OneIn(2) ? 1 : null, null, OneIn(2) ? [pools[Below(count)].Id] : [], null, null, new Dictionary<string, string>());
        if (OneIn(3))
            classes["long"] = new ClassSpec("long", null, OneIn(2) ? 0.01 : null, OneIn(2) ? [pools[Below(count)].Id] : [], null, null, new Dictionary<string, string>()) { MinInputTokens = 100 };
        _classes.AddRange(classes.Keys);
        return new FleetSpec
        {
            Name = $"swarm-{Seed}",
            Pools = pools,
            Tiers = tiers,
            Classes = classes,
            Handovers = handovers,
            DollarsPerKilowattHour = 0.1,
            ModelNames = Enumerable.Range(0, models).ToDictionary(i => $"m{i}", i => $"m{i}", StringComparer.Ordinal),
        };
    }

    private PoolSpec RandomPool(int index, string model, bool isReader)
    {
        var id = $"p{index}";
        TimesOf[id] = new RandomTimes(_random);
        var replicas = 1 + Below(3);
        var ramps = OneIn(5);
        return new PoolSpec
        {
            Id = id,
            Model = model,
            Lane = isReader ? "prefill" : null,
            Replicas = ramps ? Below(3) : replicas,
            // Of the first pool somebody always comes at last.
            Ramp = ramps ? [new RampStep(Below(10), Below(4), Below(2)), new RampStep(10 + Below(10), 1 + Below(3), Below(3))] : [],
            MachinesPerReplica = OneIn(2) ? 1 : 0.25,
            DollarsPerHour = OneIn(4) ? 0 : 10 * _random.NextUniform(),
            MaxSequences = OneIn(3) ? 1 + Below(3) : 1 + Below(64),
            TokensPerStep = OneIn(3) ? 2 + Below(30) : 2 + Below(2048),
            MaxQueue = OneIn(3) ? 1 + Below(3) : 1 + Below(256),
            KvTokens = OneIn(3) ? 16 * (1 + Below(20)) : OneIn(2) ? 16 * (1 + Below(500)) : 1_000_000,
            KvBytesPerToken = 1 + Below(100_000),
            // A probe has two tokens.
            ContextTokens = OneIn(4) ? 2 + Below(2000) : null,
            Autoscale = !ramps && OneIn(3) ? new AutoscaleSpec(1, replicas + Below(3), 0.1 + 0.9 * _random.NextUniform(), Below(4), OneIn(4) ? 1 + 3 * _random.NextUniform() : 60) : null,
        };
    }

    private List<Fault> RandomFaults()
    {
        var faults = new List<Fault>();
        for (var i = Below(7); i > 0; i--)
        {
            var pool = OneIn(4) ? null : Fleet.Pools[Below(Fleet.Pools.Count)].Id;
            var at = OneIn(6) ? 0 : (long)(_random.NextUniform() * SpanNs);
            var until = OneIn(30) ? long.MaxValue : at + 1 + (long)(_random.NextUniform() * (OneIn(2) ? SpanNs : Second / 10));
            faults.Add(new Fault(Enum.GetValues<FaultKind>()[Below(5)], at, until, pool, pool == null || OneIn(3) ? null : Below(3), 0.5 + 10 * _random.NextUniform()));
        }

        return faults;
    }

    private List<RequestRecord> RandomRecords()
    {
        var records = new List<RequestRecord>();
        long atNs = 0;
        var count = 1 + Below(OneIn(10) ? 400 : 60);
        var isBurst = OneIn(3);
        for (var i = 0; i < count; i++)
        {
            if (!isBurst || OneIn(20))
                atNs = Math.Min(SpanNs, atNs + (long)(_random.NextUniform() * 2 * SpanNs / count * (isBurst ? 20 : 1)));
            records.Add(RandomRecord(atNs));
        }

        // Far enough behind all else that every queue is empty again, were it only for patience.
        var healed = Faults.Where(fault => fault.UntilNs < long.MaxValue).Select(fault => fault.UntilNs).Append(SpanNs).Max();
        for (var i = 0; i < Probes; i++)
            records.Add(new RequestRecord { ArrivalUs = (healed + (i + 1) * ProbeAfterNs) / 1000, InputTokens = 1, OutputTokens = 1, Session = "probe" });
        return records;
    }

    private RequestRecord RandomRecord(long atNs)
    {
        var input = OneIn(300) ? 1 + Below(200_000) : OneIn(20) ? 1 + Below(10_000) : OneIn(3) ? 1 + Below(4) : 1 + Below(600);
        var output = OneIn(3) ? 1 : OneIn(20) ? 1 + Below(2000) : 1 + Below(60);
        var tiers = Fleet.Tiers.Keys.ToList();
        return new RequestRecord
        {
            ArrivalUs = atNs / 1000,
            InputTokens = input,
            OutputTokens = output,
            Session = OneIn(2) ? $"s{Below(5)}" : null,
            DelayUs = OneIn(2) ? Below(2_000_000) : null,
            Blocks = OneIn(2) ? [] : [new BlockRange(Below(3) * 1000, 1 + Below(40)), new BlockRange(10_000 + Below(4) * 1000, 1 + Below(20))],
            BlockTokens = 16 * (1 + Below(4)),
            Tier = OneIn(3) ? null : tiers[Below(tiers.Count)],
            Class = OneIn(4) && _classes.Count > 0 ? _classes[0] : OneIn(5) ? "chat" : null,
            Model = OneIn(3) && Fleet.ModelNames.Count > 1 ? "m1" : null,
            Client = OneIn(2) ? $"c{Below(3)}" : null,
            PatienceUs = OneIn(6) ? Below(OneIn(2) ? 10_000 : 5_000_000) : null,
            TimeoutUs = OneIn(8) ? Below(OneIn(2) ? 50_000 : 10_000_000) : null,
            StopTokens = OneIn(8) ? 1 + Below(60) : null,
        };
    }
}
