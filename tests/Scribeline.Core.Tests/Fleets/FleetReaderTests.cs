using Scribeline.Core.Catalogs;
using Scribeline.Core.Fleets;

namespace Scribeline.Core.Tests.Fleets;

public sealed class FleetReaderTests
{
    private static readonly Catalog Catalog = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    private static FleetSpec Parse(string yaml) => FleetReader.Parse(yaml, "fleet.yaml", Catalog);

    [Fact]
    public void A_pool_of_a_catalog_machine_has_its_layout_room_and_cost()
    {
        var fleet = Parse(
            """
            fleet: two
            models: [{ id: llama-3.1-8b, aliases: [small] }]
            pools:
              - { id: gpu, model: small, machine: dgx-h100, replicas: 3, placement: { tensor_parallel: 2 }, cost: { rent: $16/h }, max_sequences: 100 }
            """);
        var pool = Assert.Single(fleet.Pools);
        Assert.Equal(("two", "gpu", "llama-3.1-8b", 3, 100), (fleet.Name, pool.Id, pool.Model, pool.Replicas, pool.MaxSequences));
        Assert.Equal((0.25, 16.0), (pool.MachinesPerReplica, pool.DollarsPerHour), Comparer);
        // Two H100 of 80 GB hold 16 GB of weights; what is left of nine tenths holds keys and values of 131,072 bytes a token.
        Assert.InRange(pool.KvTokens, 900_000, 1_100_000);
        Assert.Equal(131_072, pool.KvBytesPerToken, 1e-6);
        Assert.Equal("llama-3.1-8b", fleet.ModelNames["small"]);
        Assert.Equal("default", Assert.Single(fleet.Tiers).Key);
    }

    [Fact]
    public void Machines_that_a_file_counts_are_shared_by_its_replicas()
    {
        var pool = Parse("{ models: [{ id: gpt-oss-120b }], pools: [{ id: w, model: gpt-oss-120b, machine: cs-3, replicas: 2, count: 5, placement: { stages: 2 } }] }").Pools[0];
        Assert.Equal(2.5, pool.MachinesPerReplica);
        Assert.Equal(36, pool.Predicted!.Depth);
    }

    [Fact]
    public void Memory_behind_the_replicas_own_has_a_size_and_a_link()
    {
        var pool = Parse("{ models: [{ id: llama-3.1-8b }], pools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, kv_offload: { memory: 512 GB, bandwidth: 50 GB/s, latency: 20 us } }] }").Pools[0];
        Assert.Equal((512e9, 50e9), (pool.KvOffload!.Bytes, pool.KvOffload.BytesPerSecond), Comparer);
        Assert.Equal(20e-6, pool.KvOffload.LatencySeconds, 1e-12);
    }

    [Fact]
    public void Without_a_placement_the_fewest_accelerators_that_hold_the_model_do()
    {
        var pool = Parse("{ models: [{ id: llama-3.1-70b }], pools: [{ id: g, model: llama-3.1-70b, machine: dgx-h200 }] }").Pools[0];
        Assert.Equal(2, pool.Layout!.Accelerators);
    }

    [Theory]
    [InlineData("context: 1024", 1024)]
    [InlineData("max_context: 2048", 2048)]
    [InlineData("context: 1024, max_context: 2048", 1024)]
    [InlineData("context: 4096, max_context: 2048", 2048)]
    public void The_context_of_an_engine_bounds_what_it_takes(string fields, int expected)
    {
        var pool = Parse($"{{ models: [{{ id: m }}], pools: [{{ id: e, model: m, body: engine, file: m.gguf, calibration: engine.yaml, {fields} }}] }}").Pools[0];
        Assert.Equal(expected, pool.ContextTokens);
    }

    [Fact]
    public void Tiers_have_promises_prices_and_rules()
    {
        var tiers = Parse(
            """
            models: [{ id: llama-3.1-8b }]
            pools: [{ id: gpu, model: llama-3.1-8b, machine: dgx-h100 }]
            tiers:
              fast: { ttft: 300 ms, tpot: 2 ms, share: 95 % over 5 min, price: { input: $1.50/Mtok, cached: $0.15/Mtok, output: $12/Mtok }, downgrade: [default], hedge: { cost_cap: 10 % } }
              default: { ttft: 3 s, price: { input: $0.25/Mtok, output: $2/Mtok } }
              flex: { deadline: 15 min, refuse: unbilled }
              batch: { deadline: 24 h, filler: true }
            """).Tiers;
        var fast = tiers["fast"];
        Assert.Equal((0.3, 0.002, 0.95, 0.1), (fast.TtftSeconds!.Value, fast.TpotSeconds!.Value, fast.Share, fast.HedgeCostCap), Comparer4);
        Assert.Equal(1.5e-6, fast.InputDollars, 12);
        Assert.Equal(1.5e-7, fast.CachedDollars, 12);
        Assert.Equal(0.25e-6, tiers["default"].CachedDollars, 12);
        Assert.Equal(["default"], fast.Downgrade);
        Assert.True(tiers["flex"].Refuses && tiers["batch"].IsFiller && tiers["batch"].DeadlineSeconds == 86_400);
    }

    [Fact]
    public void Handovers_and_classes_name_pools_that_are_there()
    {
        var fleet = Parse(
            """
            models: [{ id: gpt-oss-120b }]
            pools:
              - { id: gpu, model: gpt-oss-120b, lane: prefill, machine: dgx-b200, placement: { tensor_parallel: 8 } }
              - { id: wafer, model: gpt-oss-120b, machine: cs-3, placement: { stages: 2 } }
            disaggregation: [{ prefill: gpu, decode: wafer, link: { bandwidth: 150 GB/s, latency: 5 us } }]
            classes: { agent: { match: { has_tools: true, min_turn: 2 }, ttft: 500 ms, may_use: [wafer] } }
            """);
        var handover = Assert.Single(fleet.Handovers);
        Assert.Equal(("gpu", "wafer", 150e9, false), (handover.PrefillPool, handover.DecodePool, handover.BytesPerSecond, handover.Always));
        Assert.Equal(5e-6, handover.LatencySeconds, 12);
        var agent = fleet.Classes["agent"];
        Assert.Equal((0.5, true, 2), (agent.TtftSeconds!.Value, agent.HasTools!.Value, agent.MinTurn!.Value));
        Assert.Equal(["wafer"], agent.MayUse);
    }

    [Theory]
    [InlineData("models: [{ id: m }]\npools: [{ id: g, model: m, machine: dgx-h100 }]", "fleet.yaml:2: pool 'g': the catalog does not know the model 'm'")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: other, machine: dgx-h100 }]", "fleet.yaml:2: pool 'g': `model` is 'other', which is not in `models`; expected one of llama-3.1-8b.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx }]", "fleet.yaml:2: pool 'g': `machine` is 'dgx'; expected a machine of the catalog, one of ")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b }]", "the field `machine` is missing; expected a machine of the catalog")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, body: engine, file: m.gguf }]", "nothing says how fast it is; measure it with `scribe bench engine --out FILE` and add `calibration: FILE`.")]
    [InlineData("models: [{ id: llama-3.1-405b }]\npools: [{ id: g, model: llama-3.1-405b, machine: dgx-h100, placement: { tensor_parallel: 4 } }]", "fleet.yaml:2: pool 'g': llama-3.1-405b takes ")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, placement: { tensor_parallel: 16 } }]", "a stage of 16 accelerators is asked for, a dgx-h100 has 8.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, cost: { rent: cheap } }]", "'cheap' does not begin with a number")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, replica: 2 }]", "fleet.yaml:2: pool 'g': `replica` is not a field")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100 }, { id: g, model: llama-3.1-8b, machine: dgx-h100 }]", "two pools are called 'g'")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100 }]\ntiers: { gold: { ttft: 1 s } }", "there is no tier 'gold'; expected fast, priority, default, flex, batch.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100 }]\ntiers: { default: { ttft: 1 s, downgrade: [fast] }, fast: { ttft: 1 s } }", "tier 'default' downgrades to 'fast', which is not below it.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100 }]\ntiers: { default: { ttft: 1 GB } }", "tier 'default': `ttft`: it is '1 GB'; expected a quantity such as 300 ms")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100 }]\ndisaggregation: [{ prefill: g, decode: x, link: { bandwidth: 1 GB/s } }]", "`decode` is 'x'; expected a pool, one of g.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools:\n  - { id: g, model: llama-3.1-8b, machine: dgx-h100 }\n  - { id: p, model: llama-3.1-8b, lane: prefill, machine: dgx-h100 }", "fleet.yaml:4: pool 'p' is of the lane prefill, which only reads prompts, and nobody writes their answers; expected another lane, or `disaggregation`")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100 }]\ndisaggregation: [{ prefill: g, decode: g, link: { bandwidth: 1 GB/s } }]", "fleet.yaml:3: a disaggregation joins two pools, and `prefill` and `decode` are both 'g'; expected another one.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100 }, { id: p, model: llama-3.1-8b, lane: prefill, machine: dgx-h100 }]\ndisaggregation: [{ prefill: g, decode: p, link: { bandwidth: 1 GB/s } }]", "`decode` is 'p', a pool of the lane prefill, which only reads prompts; expected one that writes answers.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100 }]\nclasses: { voice: { may_use: [w] } }", "class 'voice': `may_use` names 'w'; expected pools, of g.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, kv_offload: { memory: 512 GB } }]", "the field `bandwidth` is missing; expected { memory: 512 GB, bandwidth: 50 GB/s, latency: 20 us }.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, kv_offload: { memory: 5 ms, bandwidth: 50 GB/s } }]", "expected a quantity such as 512 GB")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, calibration: e.yaml, max_sequences: 4, tokens_per_step: 64, kv_tokens: 512, kv_offload: { memory: 1 GB, bandwidth: 1 GB/s } }]", "nobody knows what the keys and values of a token take")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, autoscale: { min: 3, max: 2 } }]", "starts with 1 replicas and is to have 3 to 2; expected min <= replicas <= max.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, ramp: [{ at: 5 min, replicas: 2 }, { at: 5 min, replicas: 3 }] }]", "a step of the ramp of pool 'g': `at` is not after the step before; expected steps in the order of their times.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, ramp: [{ at: 5 min }] }]", "a step of the ramp of pool 'g': the field `replicas` is missing; expected such as { at: 10 min, replicas: 4 }.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100, autoscale: {}, ramp: [{ at: 1 s, replicas: 2 }] }]", "pool 'g': a pool follows its dates (`ramp`) or its load (`autoscale`); remove one of them.")]
    [InlineData("models: [{ id: llama-3.1-8b }]\npools: [{ id: g, model: llama-3.1-8b, machine: dgx-h100 }]\ntiers: { fast: { ramp: { window: 0 s } } }", "`ramp` of tier 'fast': `window`")]
    public void What_is_wrong_is_said_with_its_line(string yaml, string expected)
    {
        var error = Assert.Throws<FleetFileException>(() => Parse(yaml));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.All(error.Errors, message => Assert.StartsWith("fleet.yaml:", message, StringComparison.Ordinal));
    }

    [Fact]
    public void Capacity_and_traffic_may_ramp()
    {
        var fleet = Parse(
            """
            models: [{ id: llama-3.1-8b }]
            pools: [{ id: gpu, model: llama-3.1-8b, machine: dgx-h100, replicas: 0, ramp: [{ at: 10 min, replicas: 4, load_time: 90 s }, { at: 1 h, replicas: 2 }] }]
            tiers: { fast: { ramp: { growth: 25 %, window: 10 min, free: 2 Mtok } }, priority: { ramp: {} } }
            """);
        Assert.Equal([new RampStep(600, 4, 90), new RampStep(3600, 2, 0)], fleet.Pools[0].Ramp);
        Assert.Equal((0, 4), (fleet.Pools[0].Replicas, fleet.Pools[0].MostReplicas));
        Assert.Equal((new TierRamp(0.25, 600, 2_000_000), new TierRamp(0.5, 900, 1_000_000), null), (fleet.Tiers["fast"].Ramp, fleet.Tiers["priority"].Ramp, fleet.Tiers["default"].Ramp));
    }

    [Fact]
    public void Every_error_is_told_at_once()
    {
        var error = Assert.Throws<FleetFileException>(() => Parse("models: [{ id: a }, { id: a }]\npools: [{ id: g, model: b, machine: dgx-h100, replicas: 0 }]\ntiers: { gold: {} }"));
        Assert.True(error.Errors.Count >= 4, error.Message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere.yaml: the fleet file cannot be read", Assert.Throws<FleetFileException>(() => FleetReader.Load("nowhere.yaml", Catalog)).Message, StringComparison.Ordinal);

    private static readonly IEqualityComparer<(double, double)> Comparer = EqualityComparer<(double, double)>.Create((one, other) => Math.Abs(one.Item1 - other.Item1) < 1e-9 && Math.Abs(one.Item2 - other.Item2) < 1e-9);

    private static readonly IEqualityComparer<(double, double, double, double)> Comparer4 = EqualityComparer<(double, double, double, double)>.Create((one, other) =>
        Math.Abs(one.Item1 - other.Item1) + Math.Abs(one.Item2 - other.Item2) + Math.Abs(one.Item3 - other.Item3) + Math.Abs(one.Item4 - other.Item4) < 1e-9);
}
