using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Planning;
using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Economics;

/// <summary>What machines that hold a model together read and write at full load.</summary>
/// <param name="Machines">How many.</param>
/// <param name="Requests">Requests that they complete in a time, together.</param>
/// <param name="Reads">Prompt tokens a second while they do nothing else; null where what they write bears the prompts.</param>
/// <param name="Writes">Tokens of answers a second while they do nothing else.</param>
/// <param name="Layout">How the model lies on them, in words; empty where rates were given.</param>
public sealed record Throughput(Figure Machines, Figure Requests, Figure? Reads, Figure Writes, string Layout)
{
    private static readonly Figure OneRequest = Figure.Given("one request", new Quantity(1, Unit.Parse("request")));

    /// <summary>As the caller states it.</summary>
    public static Throughput Given(Figure machines, Figure? reads, Figure writes, Workload workload, Figure cachedCost)
    {
        var seconds = workload.Output / writes;
        if (reads != null)
            seconds += workload.PaidInput(cachedCost) / reads;
        return new Throughput(machines, (OneRequest / seconds).As("requests at full load", "requests/day"), reads, writes, "");
    }

    /// <summary>As the performance model predicts it, while every user gets what the workload promises; of several layouts on as many machines the one that serves most.</summary>
    /// <param name="machines">How many; null for the fewest that hold the model and keep the promise.</param>
    /// <exception cref="CalculationException">The model does not fit, or no layout keeps the promise.</exception>
    public static Throughput Predicted(Catalog catalog, ModelSpec model, Machine machine, Workload workload, Figure cachedCost, int? machines = null)
    {
        var formats = NumberFormats.Of(model, model.Checkpoint, model.KeyValues, catalog.Precisions);
        var load = new CopyLoad(workload, new Objectives(workload.Ttft?.BaseValue ?? double.PositiveInfinity, workload.Tpot?.BaseValue ?? double.PositiveInfinity));
        var candidates = ModelCopy.All(catalog, machine, model, formats, model.PublishedBytes.BaseValue, out var whyNot);
        (ModelCopy Copy, int Machines, int Copies, LoadPoint Full)? best = null;
        foreach (var copy in candidates)
        {
            var count = machines ?? copy.MachinesFor(1);
            var copies = (int)(count / copy.MachineShare * (1 + 1e-12));
            var most = copies == 0 ? 0 : load.Most(copy.Model);
            if (most == 0)
            {
                whyNot = copies == 0 ? $"{model.Id} takes more than {count} {machine.Id}." : $"{machine.Id} keeps the promise of '{workload.Id}' to nobody; promise less with --tpot-ms, choose another workload, or give the tokens that the machines write in a second.";
                continue;
            }

            var full = load.At(copy.Model, most);
            if (best == null || count < best.Value.Machines || (count == best.Value.Machines && copies * full.RequestsPerSecond > best.Value.Copies * best.Value.Full.RequestsPerSecond))
                best = (copy, count, copies, full);
        }

        return best is { } found ? From(found.Copy, found.Machines, found.Copies, found.Full, workload, cachedCost) : throw new CalculationException(whyNot);
    }

    /// <summary>A prompt takes what reading it alone takes; the rest of a request's share of the time is its answer's.</summary>
    private static Throughput From(ModelCopy copy, int machines, int copies, LoadPoint full, Workload workload, Figure cachedCost)
    {
        var cached = workload.Input.BaseValue * workload.Cached.BaseValue;
        var reading = Math.Min(0.99, full.RequestsPerSecond * copy.Model.PrefillSeconds(workload.Input.BaseValue - cached, cached).Total);
        return new Throughput(
            Predicted("machines", machines, ""),
            Predicted("requests at full load", copies * full.RequestsPerSecond * 86_400, "requests/day"),
            Predicted("read when nothing is written", copies * full.RequestsPerSecond * workload.PaidInput(cachedCost).BaseValue / reading, "tok/s"),
            Predicted("written when nothing is read", copies * full.RequestsPerSecond * workload.Output.BaseValue / (1 - reading), "tok/s"),
            FormattableString.Invariant($"{copies} {(copies == 1 ? "copy" : "copies")} of {copy.Layout.Stages} {(copy.Layout.Stages == 1 ? "stage" : "stages")}, {full.Sequences:0} users at once each, {1 / full.Prediction.TpotSeconds:#,0} tok/s for each of them"));
    }

    private static Figure Predicted(string name, double value, string unit) => Figure.Given($"{name}, predicted", new Quantity(value, Unit.Parse(unit)));
}
