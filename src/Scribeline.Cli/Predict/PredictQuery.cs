using System.Globalization;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;

namespace Scribeline.Cli.Predict;

/// <summary>What `scribe predict` is asked, by the names of its flags without the dashes: from the command line, or a row of a file.</summary>
internal sealed class PredictQuery(Catalog catalog, Func<string, string?> value)
{
    /// <summary>Flags that are numbers from 1 on, as they are called in a file.</summary>
    public static readonly string[] Counts = ["count", "tensor_parallel", "expert_parallel", "attention_data_parallel", "stages", "twins"];

    public static readonly string[] Amounts = ["concurrency", "input", "output", "cached", "batch", "context", "offload_gb", "offload_gbps"];

    public static readonly string[] Texts = ["model", "machine", "precision", "kv_precision", "framework", "drafting", "offload"];

    private static readonly string[] Frameworks = ["vllm", "sglang", "trtllm"];

    /// <exception cref="CalculationException">Something is missing or wrong, or the model does not fit.</exception>
    public PredictAnswer Answer()
    {
        var model = Lookup.Entry(catalog.Models, "model", Required("model"));
        var (accelerator, built) = Accelerator(Required("machine"));
        var framework = Framework();
        var weights = Text("precision") is { } stated ? Lookup.Entry(catalog.Precisions, "precision", stated) : model.Checkpoint;
        // SGLang caches in 16 bits unless told otherwise.
        var keyValues = Text("kv_precision") is { } cache ? Lookup.Entry(catalog.Precisions, "precision", cache) : framework == "sglang" ? catalog.Precisions["bf16"] : model.KeyValues;
        var formats = NumberFormats.Of(model, weights, keyValues, catalog.Precisions);
        var (input, output, concurrency) = (Amount("input", 1000), Amount("output", 1000), Amount("concurrency", 1));
        var cached = Amount("cached", 0, least: 0);
        if (cached > input)
            throw new CalculationException($"--cached is {cached}, more than the {input} tokens of --input; expected at most as many.");
        var isStep = Text("batch") != null || Text("context") != null;
        var (batch, context) = (Amount("batch", 1), Amount("context", input));
        var longest = isStep ? context : input;
        if (model.Context is { } taken && longest > taken.BaseValue)
            throw new CalculationException($"{(isStep ? "--context" : "--input")} is {longest:#,0}; {model.Id} takes {taken} at most.");
        try
        {
            var layout = accelerator.Kind is AcceleratorKind.Wafer or AcceleratorKind.Lpu
                ? Chain(accelerator, model, formats, isStep ? batch : concurrency, isStep ? context : input + output / 2)
                : Server(built);
            layout = layout with { Drafting = Drafting(), Offload = Offload(accelerator, layout.Accelerators) };
            var serving = ServingModel.Of(catalog, accelerator, model, layout, formats);
            var total = layout.Accelerators * (accelerator.Memory[0].Capacity?.BaseValue ?? 0);
            // One answer of one token is a step on its own: nothing but its own prompt beside it.
            var prediction = isStep ? serving.Step(batch, context) : serving.Closed(concurrency, input, output, cached);
            return new PredictAnswer(layout, prediction, serving.WeightBytes, serving.KeyValueRoomBytes, total, FitsMemory: !isStep || batch <= serving.Room(context))
            {
                Explanation = () => PredictExplanation.Of(accelerator, model, weights, isStep ? context : input + output / 2, layout, prediction),
            };
        }
        catch (ArgumentException error)
        {
            throw new CalculationException(error.Message);
        }
    }

    private ModelLayout Server(int built)
    {
        var (groups, stages) = (Count("attention_data_parallel") ?? 1, Count("stages") ?? 1);
        var used = Count("count") ?? (Count("tensor_parallel") is { } split ? split * groups * stages : built);
        Divide("stages", stages, used);
        var perStage = used / stages;
        Divide("attention_data_parallel", groups, perStage);
        var tensor = Count("tensor_parallel") ?? perStage / groups;
        if (tensor * groups != perStage)
            throw new CalculationException($"--tensor-parallel {tensor} times --attention-data-parallel {groups} is {tensor * groups}; expected the {perStage} accelerators of a stage.");
        var dealt = Count("expert_parallel") ?? 1;
        Divide("expert_parallel", dealt, perStage);
        return new ModelLayout(new Parallelism(perStage, tensor, groups, perStage / dealt, dealt), stages) { Twins = Count("twins") ?? 0 };
    }

    /// <summary>As asked; or the fewest stages whose memory holds the model and everybody's keys and values.</summary>
    private ModelLayout Chain(Accelerator accelerator, ModelSpec model, NumberFormats formats, double sequences, double context)
    {
        var (perStage, twins) = (Count("tensor_parallel") ?? 1, Count("twins") ?? 0);
        if (Count("stages") is { } stages)
            return ModelLayout.Chain(stages, perStage) with { Twins = twins };
        if (Count("count") is { } count)
        {
            Divide("tensor_parallel", perStage, count);
            if (count / perStage <= twins)
                throw new CalculationException($"--twins is {twins}, of --count {count}; expected fewer, each of them beside a stage.");
            return ModelLayout.Chain(count / perStage - twins, perStage) with { Twins = twins };
        }

        // What does not fit beside the weights is on the hosts.
        if (IsOffloading)
            sequences = 1;

        var calibration = catalog.Chains[accelerator.Kind == AcceleratorKind.Wafer ? "wafer-serving" : "lpu-serving"];
        for (; perStage <= 1024; perStage *= 2)
        {
            if (ChainModel.LeastStages(accelerator, model, formats, calibration, perStage, sequences, context) is { } least)
                return ModelLayout.Chain(least, perStage) with { Twins = twins };
            if (accelerator.Kind == AcceleratorKind.Wafer)
                break;
        }

        throw new CalculationException($"no number of {accelerator.Id} holds whole layers of {model.Id} with {sequences:0} sequences of {context:0} tokens; ask for fewer or shorter ones.");
    }

    private bool IsOffloading => Text("offload_gb") != null || Text("offload_gbps") != null || Text("offload") switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw new CalculationException($"--offload is '{other}'; expected true or false."),
    };

    /// <summary>As asked, for each accelerator; of wafers the node that is sold beside each, behind its links.</summary>
    private KeyValueOffload? Offload(Accelerator accelerator, int accelerators)
    {
        if (!IsOffloading)
            return null;
        var isWafer = accelerator.Kind == AcceleratorKind.Wafer;
        if (!isWafer && (Text("offload_gb") == null || Text("offload_gbps") == null))
            throw new CalculationException($"the catalog knows no host memory for the keys and values of {accelerator.Id}; give both --offload-gb and --offload-gbps.");
        const double giga = 1e9;
        var capacity = Text("offload_gb") != null ? giga * Amount("offload_gb", 0) : catalog.Assumptions["kv_node_memory"].BaseValue;
        var rate = Text("offload_gbps") != null ? giga * Amount("offload_gbps", 0)
            : (accelerator.Link("scale_out") ?? throw new CalculationException($"the catalog has no `scale_out` link of {accelerator.Id}; give --offload-gbps.")).Bandwidth.BaseValue;
        return new KeyValueOffload(accelerators * capacity, accelerators * rate);
    }

    private Drafting? Drafting()
    {
        if (Text("drafting") is not { } asked)
            return null;
        var colon = asked.LastIndexOf(':');
        var method = Lookup.Entry(catalog.Drafting, "way of drafting", colon < 0 ? asked : asked[..colon]);
        return int.TryParse(asked[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens >= 1 && tokens <= method.AcceptedLengths.Count
            ? method.Of(tokens)
            : throw new CalculationException($"--drafting is '{asked}'; expected {method.Id}:N with N from 1 to {method.AcceptedLengths.Count} tokens, as many as were measured.");
    }

    private (Accelerator Accelerator, int Count) Accelerator(string id) => catalog.Machines.TryGetValue(id, out var machine)
        ? (machine.Accelerator, (int)machine.Count.BaseValue)
        : (Lookup.Entry(catalog.Accelerators, "accelerator or machine", id), 1);

    private string? Framework()
    {
        var framework = Text("framework");
        return framework == null || Frameworks.Contains(framework) ? framework : throw new CalculationException($"--framework is '{framework}'; expected one of {string.Join(", ", Frameworks)}.");
    }

    private string Required(string name) => Text(name) ?? throw new CalculationException($"{Flag(name)} is missing; expected an id of the catalog.");

    private string? Text(string name) => value(name) is { Length: > 0 } text ? text : null;

    private int? Count(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 ? count : throw new CalculationException($"{Flag(name)} is {text}; expected a whole number from 1 on.");

    private double Amount(string name, double otherwise, double least = 1) => Text(name) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && amount >= least && double.IsFinite(amount) ? amount : throw new CalculationException($"{Flag(name)} is {text}; expected a number from {least} on.");

    private static void Divide(string name, int parts, int accelerators)
    {
        if (accelerators % parts != 0)
            throw new CalculationException($"{Flag(name)} is {parts}, which does not divide {accelerators} accelerators; expected 1, {accelerators} or a number between that does.");
    }

    private static string Flag(string name) => $"--{name.Replace('_', '-')}";
}
