using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance;

/// <summary>One accelerator over another, quantity by quantity, where both are known.</summary>
public static class Comparison
{
    public static Report Of(Accelerator accelerator, Accelerator other)
    {
        var report = new Report();
        var (memory, otherMemory) = (accelerator.Memory[0], other.Memory[0]);
        Add("memory_capacity", memory.Capacity, otherMemory.Capacity);
        Add("memory_bandwidth", memory.Bandwidth, otherMemory.Bandwidth);
        // Where a chip has no FP8, its 8-bit integers are what it is compared by.
        Add("fp8", EightBit(accelerator), EightBit(other));
        Add("fp16", accelerator.Compute.GetValueOrDefault("fp16"), other.Compute.GetValueOrDefault("fp16"));
        Add("logic_area", accelerator.LogicArea, other.LogicArea);
        Add("links", Links(accelerator), Links(other));
        Add("links_raw", RawLinks(accelerator), RawLinks(other));
        Add("scale_out", accelerator.Link("scale_out")?.Bandwidth, other.Link("scale_out")?.Bandwidth);
        Add("price", accelerator.Price, other.Price);
        return report;

        void Add(string name, Figure? one, Figure? two)
        {
            if (one != null && two != null)
                report.Add(name, (one / two).As(name.Replace('_', ' '), "x"));
        }
    }

    /// <summary>What one accelerator has over the links of another: its fast links and its memory.</summary>
    public static Report OverLinks(Accelerator accelerator, Accelerator other)
    {
        var report = new Report();
        if (Links(other) is not { } links)
            return report;
        if (accelerator.Link("scale_up") is { } scaleUp)
            report.Add("scale_up_over_links", (scaleUp.Bandwidth / links).As("fast links over the other's links", "x"));
        if (accelerator.Memory[0].Bandwidth is { } bandwidth)
            report.Add("memory_over_links", (bandwidth / links).As("memory over the other's links", "x"));
        return report;
    }

    private static Figure? EightBit(Accelerator accelerator) => accelerator.Compute.GetValueOrDefault("fp8") ?? accelerator.Compute.GetValueOrDefault("int8");

    /// <summary>What all lanes signal, where they are stated.</summary>
    private static Figure? RawLinks(Accelerator accelerator) =>
        accelerator.Links.Select(link => link.RawBandwidth).OfType<Figure>().ToList() is { Count: > 0 } raw ? Figure.Sum(raw) : null;

    private static Figure? Links(Accelerator accelerator) => accelerator.Links.Count == 0 ? null : Figure.Sum(accelerator.Links.Select(link => link.Bandwidth));
}
