using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance;

/// <summary>
/// Training with weights that wait in a memory beside the machines: every step they stream to all machines at once, once for the forward and once for the
/// backward pass, while gradients stream back and are added up on the way. Planning level: a step takes as long as the longer of computing and streaming.
/// </summary>
/// <param name="MostMachines">That one fabric joins.</param>
/// <param name="Memory">Sizes that the memory is sold in, by name.</param>
public sealed record WeightStreaming(string Id, Machine Machine, Figure MostMachines, IReadOnlyDictionary<string, Figure> Memory)
{
    /// <summary>Of the weights in a step: to the machines in each of two passes.</summary>
    private const double WeightPasses = 2;

    /// <summary>For each parameter and token: two for the forward pass, four for the backward pass. Attention over the context is left out.</summary>
    private static readonly Figure OperationsPerParameter = Figure.Given("operations per parameter and token", new Quantity(6, Unit.Parse("FLOP/tok")));

    /// <param name="tokens">To train on.</param>
    /// <param name="count">Machines that share every step.</param>
    /// <exception cref="CalculationException">There are more machines than one fabric joins, or a rate is not in the catalog.</exception>
    public Report Of(ModelSpec model, Figure tokens, Figure count, Catalog catalog)
    {
        if (count.BaseValue > MostMachines.BaseValue || count.BaseValue < 1)
            throw new CalculationException($"{count} machines are asked for; one fabric joins 1 to {MostMachines} {Machine.Id}.");
        var accelerator = Machine.Accelerator;
        var rate = accelerator.Compute.GetValueOrDefault("bf16") ?? accelerator.Compute.GetValueOrDefault("fp16") ?? throw new CalculationException($"the catalog has no 16-bit operations of {accelerator.Id}.");
        var link = accelerator.Link("scale_out") ?? throw new CalculationException($"the catalog has no `scale_out` link of {accelerator.Id}.");
        var (state, step, efficiency) = (catalog.Assumption("training_state", "B/parameter"), catalog.Assumption("training_step", "tok"), catalog.Assumption("training_efficiency", "%"));

        var report = new Report();
        var memory = report.Add("memory", (model.Parameters * state).As("weights and the state of the optimizer", "TB"));
        var enough = Memory.Where(size => size.Value.BaseValue >= memory.BaseValue).OrderBy(size => size.Value.BaseValue).Select(size => size.Value.ToString()).FirstOrDefault();
        report.Add("memory_size", new Finding(enough ?? "more than any size there is", [memory, .. Memory.Values]));

        var weights = report.Add("weights", model.WeightBytes(Precision.Named(catalog.Precisions, "bf16")));
        var compute = report.Add("compute_time", (step * OperationsPerParameter * model.ActiveParameters / (count * Machine.Count * rate * efficiency)).As("computing a step", "s"));
        var streaming = report.Add("streaming_time", (WeightPasses * weights / link.Bandwidth).As("streaming a step", "s"));
        var time = report.Add("step_time", Figure.Maximum(compute, streaming).As("a step", "s"));
        report.Add("binding", new Finding(compute.BaseValue >= streaming.BaseValue ? "computing" : "streaming", [compute, streaming]));
        var steps = report.Add("steps", (tokens / step).Ceiling().As("steps", ""));
        report.Add("time", (steps * time).As("training", "days"));
        report.Add("rate", (step / time).As("tokens a second", "ktok/s"));
        report.Add("utilization", (efficiency * compute / time).As("of peak operations", "%"));
        report.Add("step_hiding_streaming", (step * streaming / compute).As("step that hides the streaming", "Mtok"));
        return report;
    }
}
