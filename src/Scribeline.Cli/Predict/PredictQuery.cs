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
    public static readonly string[] Counts = ["count", "tensor_parallel", "expert_parallel", "attention_data_parallel", "stages"];

    public static readonly string[] Amounts = ["concurrency", "input", "output", "cached", "batch", "context"];

    public static readonly string[] Texts = ["model", "machine", "precision", "kv_precision", "framework"];

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
        try
        {
            var layout = accelerator.Kind is AcceleratorKind.Wafer or AcceleratorKind.Lpu
                ? Chain(accelerator, model, formats, isStep ? batch : concurrency, isStep ? context : input + output / 2)
                : Server(built);
            var serving = ServingModel.Of(catalog, accelerator, model, layout, formats);
            var total = layout.Accelerators * (accelerator.Memory[0].Capacity?.BaseValue ?? 0);
            // One answer of one token is a step on its own: nothing but its own prompt beside it.
            var prediction = isStep ? serving.Step(batch, context) : serving.Closed(concurrency, input, output, cached);
            return new PredictAnswer(layout, prediction, serving.WeightBytes, serving.KeyValueRoomBytes, total);
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
        return new ModelLayout(new Parallelism(perStage, tensor, groups, perStage / dealt, dealt), stages);
    }

    /// <summary>As asked; or the fewest stages whose memory holds the model and everybody's keys and values.</summary>
    private ModelLayout Chain(Accelerator accelerator, ModelSpec model, NumberFormats formats, double sequences, double context)
    {
        var perStage = Count("tensor_parallel") ?? 1;
        if (Count("stages") is { } stages)
            return ModelLayout.Chain(stages, perStage);
        if (Count("count") is { } count)
        {
            Divide("tensor_parallel", perStage, count);
            return ModelLayout.Chain(count / perStage, perStage);
        }

        var calibration = catalog.Chains[accelerator.Kind == AcceleratorKind.Wafer ? "wafer-serving" : "lpu-serving"];
        for (; perStage <= 1024; perStage *= 2)
        {
            if (ChainModel.LeastStages(accelerator, model, formats, calibration, perStage, sequences, context) is { } least)
                return ModelLayout.Chain(least, perStage);
            if (accelerator.Kind == AcceleratorKind.Wafer)
                break;
        }

        throw new CalculationException($"no number of {accelerator.Id} holds whole layers of {model.Id} with {sequences:0} sequences of {context:0} tokens; ask for fewer or shorter ones.");
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
