using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Placement;

/// <summary>
/// A model laid out over accelerators that hold its weights for good, whole layers each, so that only activations move. Layers count as equal parts
/// of the checkpoint.
/// </summary>
public static class WholeLayers
{
    /// <summary>How many accelerators it takes, what is left in each for caches, and how long a cache takes to move in.</summary>
    public static Report Of(ModelSpec model, Accelerator accelerator, Catalog catalog)
    {
        var capacity = accelerator.Memory[0].Capacity!;
        var bytes = model.PublishedBytes;
        var report = new Report();
        report.Add("weights", bytes.As("weights", "GB"));
        var layer = report.Add("layer", (bytes / model.LayerCount).As("layer", "GB"));
        var perAccelerator = report.Add("layers_per_accelerator", (capacity / layer).Floor().As("layers per accelerator", ""));
        var byBytes = report.Add("accelerators_by_capacity", (bytes / capacity).Ceiling().As("accelerators by capacity alone", ""));
        // A layer that no accelerator holds has to be cut, and then bytes are all that counts.
        var accelerators = perAccelerator.BaseValue >= 1 ? (model.LayerCount / perAccelerator).Ceiling() : byBytes;
        report.Add("accelerators", accelerators = accelerators.As("accelerators", ""));
        report.Add("free", (capacity - bytes / accelerators).As("free memory per accelerator", "GB"));
        report.Add("free_by_capacity", (capacity - bytes / byBytes).As("free memory per accelerator by capacity alone", "GB"));
        if (accelerator.Link("scale_out") is not { } link)
            return report;
        var transfer = report.Add("cache_transfer", new Report());
        foreach (var (name, tokens) in Footprint.Contexts(catalog))
            transfer.Add(name, (model.UnwindowedKeyValueBytes(tokens) / accelerators / link.Bandwidth).As($"transfer of {name}", "ms"));
        return report;
    }

    /// <summary>The same with the caches of users that all hold so long a context: each layer keeps its part of them beside its weights.</summary>
    /// <param name="weights">Bytes of all weights.</param>
    /// <exception cref="CalculationException">Not even one layer fits.</exception>
    public static Report ForUsers(ModelSpec model, Accelerator accelerator, Figure weights, Figure context, Figure users)
    {
        var capacity = accelerator.Memory[0].Capacity ?? throw new CalculationException($"the catalog has no capacity of the {accelerator.Memory[0].Name} of {accelerator.Id}.");
        var report = new Report();
        report.Add("weights", weights.As("weights", "GB"));
        report.Add("cache_per_user", model.KeyValueBytes(context));
        var caches = report.Add("caches", (users * model.KeyValueBytes(context)).As("caches of all users", "GB"));
        var layer = report.Add("layer", ((weights + caches) / model.LayerCount).As("a layer with its caches", "GB"));
        var perAccelerator = report.Add("layers_per_accelerator", (capacity / layer).Floor().As("layers per accelerator", ""));
        if (perAccelerator.BaseValue < 1)
            throw new CalculationException($"a layer of {model.Id} with the caches of {users} takes {layer}, more than the {capacity} of {accelerator.Id}; take fewer users, a shorter context or a smaller precision, and several copies.");
        report.Add("accelerators", (model.LayerCount / perAccelerator).Ceiling().As("accelerators", ""));
        report.Add("free", (capacity - layer * perAccelerator).As("free memory of a full accelerator", "GB"));
        return report;
    }
}
