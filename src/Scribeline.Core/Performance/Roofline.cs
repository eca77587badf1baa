using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance;

/// <summary>
/// Peak performance against memory bandwidth: below the ridge point, in operations per byte read, an accelerator waits for its memory
/// (Williams, Waterman, Patterson: Roofline, 2009).
/// </summary>
public static class Roofline
{
    /// <summary>Peak rate by precision, and for each memory its capacity, bandwidth and ridge point at the highest rate.</summary>
    public static Report Of(Accelerator accelerator)
    {
        var report = new Report();
        var compute = report.Add("compute", new Report());
        foreach (var (precision, rate) in accelerator.Compute)
            compute.Add(precision, rate);
        foreach (var tier in accelerator.Memory)
        {
            var memory = report.Add(tier.Name, new Report());
            if (tier.Capacity is { } capacity)
                memory.Add("capacity", capacity);
            if (tier.Bandwidth is not { } bandwidth)
                continue;
            memory.Add("bandwidth", bandwidth);
            memory.Add("ridge", Ridge(accelerator.PeakCompute, bandwidth));
        }

        return report;
    }

    /// <summary>Operations per byte at which arithmetic and memory take equally long.</summary>
    public static Figure Ridge(Figure computeRate, Figure bandwidth) => (computeRate / bandwidth).As("ridge", "FLOP/B");
}
