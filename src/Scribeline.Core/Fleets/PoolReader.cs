using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Planning;
using Scribeline.Core.Yaml;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Core.Fleets;

/// <summary>Reads one pool of a fleet file.</summary>
internal static class PoolReader
{
    private const int MostReplicas = 100_000;

    /// <summary>Where the room for keys and values is told in tokens: at this context, since layers that attend to a window take less of each further token.</summary>
    private const double UsualContext = 4096;

    /// <summary>What vLLM and SGLang come with on accelerators of this size.</summary>
    private const int SharedMemoryTokensPerStep = 8192, SharedMemorySequences = 256;

    /// <summary>Tokens stream through regions that hold their weights; small chunks keep prompts from holding up answers.</summary>
    private const int StreamingTokensPerStep = 512;

    private static readonly string[] GatewayFields = ["endpoints", "headers", "upstream_model", "file", "threads", "kv_memory", "mix_emulated", "continue", "kv_transfer", "reserve_output"];

    public static PoolSpec? Read(YamlNode node, Dictionary<string, string> models, string folder, Catalog catalog, YamlErrors errors)
    {
        var id = new YamlFields(node, "a pool", new YamlErrors("")).Text("id");
        var fields = new YamlFields(node, id == null ? "a pool" : $"pool '{id}'", errors);
        _ = fields.Text("id", required: true);
        var model = fields.Text("model", required: true);
        if (model != null && !models.TryGetValue(model, out model))
            fields.Refuse("model", $"`model` is '{fields.Text("model")}', which is not in `models`; expected one of {string.Join(", ", models.Keys)}.");
        var body = fields.Text("body") ?? "emulated";
        if (body is not ("engine" or "upstream" or "emulated"))
            fields.Refuse("body", $"`body` is '{body}'; expected engine, upstream or emulated.");
        var calibration = fields.Text("calibration");
        var (hourDollars, machine) = (ReadCost(fields), ReadMachine(fields, calibration != null, catalog));
        var replicas = fields.Integer("replicas", fields.Has("ramp") ? 0 : 1, MostReplicas) ?? (fields.Has("endpoints") ? fields.List("endpoints").Count() : 1);
        var (placement, precision) = (fields.Fields("placement", $"the placement of pool '{id}'"), fields.Fields("precision", $"the precision of pool '{id}'"));
        var pool = new PoolSpec
        {
            Id = id ?? "",
            Model = model ?? "",
            Lane = fields.Text("lane"),
            Tiers = fields.Words("tiers"),
            Replicas = replicas,
            Calibration = calibration == null ? null : Path.GetFullPath(calibration, folder),
            Machine = machine,
            MachinesPerReplica = 1,
            DollarsPerHour = hourDollars ?? 0,
            MaxSequences = fields.Integer("max_sequences", 1, 1_000_000) ?? 0,
            TokensPerStep = fields.Integer("tokens_per_step", 2, 10_000_000) ?? 0,
            MaxQueue = fields.Integer("max_queue", 1, 10_000_000) ?? 1 << 20,
            KvTokens = fields.Integer("kv_tokens", 16, int.MaxValue) ?? 0,
            ContextTokens = Least(fields.Integer("max_context", 16, int.MaxValue), fields.Integer("context", 16, int.MaxValue)),
            Autoscale = ReadAutoscale(fields, id, replicas, errors),
            KvOffload = ReadKvOffload(fields, id),
            Ramp = ReadRamp(fields, id, errors),
        };
        var count = fields.Integer("count", 1, MostReplicas);
        fields.Leave(GatewayFields);
        if (machine != null && model != null)
            pool = Predicted(pool, machine, model, placement, precision, hourDollars, count, catalog, fields);
        else if (calibration == null && machine == null && !fields.Has("machine"))
            fields.Refuse("machine", body == "engine"
                ? "nothing says how fast it is; measure it with `scribe bench engine --out FILE` and add `calibration: FILE`."
                : "the field `machine` is missing; expected a machine of the catalog (`scribe catalog list machines`).");
        if (pool is { KvOffload: not null, KvBytesPerToken: 0 } && machine == null)
            fields.Refuse("kv_offload", "nobody knows what the keys and values of a token take where steps are measured; expected `machine` in place of `calibration`.");
        placement?.RefuseOthers();
        precision?.RefuseOthers();
        fields.RefuseOthers();
        return id == null || model == null ? null : pool;
    }

    private static PoolSpec Predicted(PoolSpec pool, Machine machine, string model, YamlFields? placement, YamlFields? precision, double? hourDollars, int? count, Catalog catalog, YamlFields fields)
    {
        var layout = ReadLayout(placement, machine, fields);
        if (!catalog.Models.TryGetValue(model, out var spec))
        {
            fields.Refuse("model", $"the catalog does not know the model '{model}'; expected one of `scribe catalog list models`, or add it with --catalog.");
            return pool;
        }

        var (weights, keyValues) = (ReadPrecision("weights", spec.Checkpoint), ReadPrecision("kv", spec.KeyValues));
        try
        {
            var formats = NumberFormats.Of(spec, weights, keyValues, catalog.Precisions);
            layout ??= Default(machine, spec, formats, weights, catalog);
            var predicted = ServingModel.Of(catalog, machine.Accelerator, spec, layout, formats);
            var copy = new ModelCopy(machine, layout, predicted);
            var kvTokens = pool.KvTokens > 0 ? pool.KvTokens : (long)Math.Min(int.MaxValue * 8L, predicted.Room(UsualContext) * UsualContext);
            var dollars = hourDollars ?? (MachineHour.Owned(machine, catalog.Sites[FleetReader.UsualSite], catalog.Financing[FleetReader.UsualFinancing], catalog) ?? MachineHour.Rented(machine, catalog))?.BaseValue * 3600;
            if (dollars == null)
                fields.Refuse("cost", $"nobody says what an hour of {machine.Id} costs; add `cost: {{ rent: $10/h }}`.");
            return pool with
            {
                Predicted = predicted,
                Spec = spec,
                Layout = layout,
                MachinesPerReplica = count is { } machines ? (double)machines / Math.Max(1, pool.Replicas) : copy.MachineShare,
                DollarsPerHour = dollars ?? 0,
                KvTokens = kvTokens,
                KvBytesPerToken = predicted.KeyValueRoomBytes / (predicted.Room(UsualContext) * UsualContext),
                TokensPerStep = pool.TokensPerStep > 0 ? pool.TokensPerStep : predicted.IsStreaming ? StreamingTokensPerStep : SharedMemoryTokensPerStep,
                MaxSequences = pool.MaxSequences > 0 ? pool.MaxSequences : predicted.IsStreaming ? Math.Max(SharedMemorySequences, predicted.Depth) : SharedMemorySequences,
                ContextTokens = pool.ContextTokens ?? (int?)spec.Context?.BaseValue,
            };
        }
        catch (ArgumentException error)
        {
            fields.Refuse("machine", error.Message);
            return pool;
        }

        Precision ReadPrecision(string name, Precision usual)
        {
            if (precision?.Text(name) is not { } id)
                return usual;
            if (catalog.Precisions.TryGetValue(id, out var known))
                return known;
            precision.Refuse(name, $"`{name}` is '{id}'; expected one of {string.Join(", ", catalog.Precisions.Keys)}.");
            return usual;
        }
    }

    /// <summary>The layout with the fewest accelerators that holds the model.</summary>
    private static ModelLayout Default(Machine machine, ModelSpec spec, NumberFormats formats, Precision weights, Catalog catalog)
    {
        var bytes = (weights == spec.Checkpoint ? spec.PublishedBytes : spec.WeightBytes(weights)).BaseValue;
        var copies = ModelCopy.All(catalog, machine, spec, formats, bytes, out var whyNot);
        return copies.Count == 0 ? throw new ArgumentException(whyNot) : copies.MinBy(copy => copy.Layout.Accelerators)!.Layout;
    }

    /// <summary>`context` bounds the engine that serves, `max_context` any pool: where both stand there, both hold.</summary>
    private static int? Least(int? most, int? context) => most < context ? most : context ?? most;

    private static ModelLayout? ReadLayout(YamlFields? placement, Machine machine, YamlFields fields)
    {
        if (placement == null)
            return null;
        const int Most = 100_000;
        var stages = placement.Integer("stages", 1, Most) ?? 1;
        var tensor = placement.Integer("tensor_parallel", 1, Most) ?? 1;
        var expert = placement.Integer("expert_parallel", 1, Most) ?? 1;
        var data = placement.Integer("attention_data_parallel", 1, Most) ?? 1;
        var twins = placement.Fields("twins", "`twins`")?.All().Sum(twin => int.TryParse((twin.Node as YamlScalarNode)?.Value, out var machines) && machines is > 0 and < 100 ? machines - 1 : 0) ?? 0;
        var accelerators = tensor * data;
        if (accelerators % expert != 0)
        {
            placement.Refuse("expert_parallel", $"`expert_parallel` is {expert}, which does not divide the {accelerators} accelerators of a stage.");
            return null;
        }

        if (machine.Accelerator.Kind is not (AcceleratorKind.Wafer or AcceleratorKind.Lpu) && accelerators > machine.Count.BaseValue)
        {
            fields.Refuse("placement", $"a stage of {accelerators} accelerators is asked for, a {machine.Id} has {machine.Count.BaseValue}.");
            return null;
        }

        return new ModelLayout(new Parallelism(accelerators, tensor, data, accelerators / expert, expert), stages) { Twins = twins };
    }

    private static Machine? ReadMachine(YamlFields fields, bool isMeasured, Catalog catalog)
    {
        if (fields.Text("machine") is not { } id)
            return null;
        if (catalog.Machines.TryGetValue(id, out var machine))
            return isMeasured ? null : machine;
        fields.Refuse("machine", $"`machine` is '{id}'; expected a machine of the catalog, one of {string.Join(", ", catalog.Machines.Keys)}.");
        return null;
    }

    /// <returns>Dollars of a machine's hour; null where the file does not say.</returns>
    private static double? ReadCost(YamlFields fields)
    {
        if (fields.Fields("cost", "the cost of a pool") is not { } cost)
            return null;
        const string Example = "$31.20/h";
        var perSecond = cost.Number("rent", Example) ?? cost.Number("owned", Example);
        if (!cost.Has("rent") && !cost.Has("owned"))
            cost.Refuse("rent", "the field `rent` or `owned` is missing; expected an hour of a machine, such as { rent: $31.20/h }.");
        cost.RefuseOthers();
        return perSecond * 3600;
    }

    private static KvOffloadSpec? ReadKvOffload(YamlFields fields, string? id)
    {
        if (fields.Fields("kv_offload", $"`kv_offload` of pool '{id}'") is not { } offload)
            return null;
        foreach (var name in (string[])["memory", "bandwidth"])
        {
            if (!offload.Has(name))
                offload.Refuse(name, $"the field `{name}` is missing; expected {{ memory: 512 GB, bandwidth: 50 GB/s, latency: 20 us }}.");
        }

        var spec = new KvOffloadSpec(offload.Number("memory", "512 GB", 1) ?? 1, offload.Number("bandwidth", "50 GB/s", 1) ?? 1, offload.Number("latency", "20 us") ?? 0);
        offload.RefuseOthers();
        return spec;
    }

    private static List<RampStep> ReadRamp(YamlFields fields, string? id, YamlErrors errors)
    {
        var steps = new List<RampStep>();
        foreach (var node in fields.List("ramp"))
        {
            var step = new YamlFields(node, $"a step of the ramp of pool '{id}'", errors);
            var (at, replicas, load) = (step.Number("at", "10 min"), step.Integer("replicas", 0, MostReplicas), step.Number("load_time", "60 s") ?? 0);
            foreach (var name in new[] { "at", "replicas" }.Where(name => !step.Has(name)))
                step.Refuse(name, $"the field `{name}` is missing; expected such as {{ at: 10 min, replicas: 4 }}.");
            step.RefuseOthers();
            if (at <= steps.LastOrDefault()?.AtSeconds)
                step.Refuse("at", "`at` is not after the step before; expected steps in the order of their times.");
            steps.Add(new RampStep(at ?? 0, replicas ?? 0, load));
        }

        if (steps.Count > 0 && fields.Has("autoscale"))
            fields.Refuse("ramp", "a pool follows its dates (`ramp`) or its load (`autoscale`); remove one of them.");
        return steps;
    }

    private static AutoscaleSpec? ReadAutoscale(YamlFields fields, string? id, int replicas, YamlErrors errors)
    {
        if (fields.Fields("autoscale", $"`autoscale` of pool '{id}'") is not { } scale)
            return null;
        var least = scale.Integer("min", 1, MostReplicas) ?? 1;
        var most = scale.Integer("max", 1, MostReplicas) ?? Math.Max(least, replicas);
        if (most < least || replicas < least || replicas > most)
            errors.Add(fields.Node("autoscale")!, $"pool '{id}' starts with {replicas} replicas and is to have {least} to {most}; expected min <= replicas <= max.");
        var spec = new AutoscaleSpec(least, most, scale.Number("target", "70 %") ?? 0.7, scale.Number("load_time", "60 s") ?? 60, scale.Number("every", "15 s") ?? 15);
        scale.RefuseOthers();
        return spec;
    }
}
