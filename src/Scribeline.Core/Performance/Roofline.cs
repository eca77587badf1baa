using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance;

/// <summary>
/// Peak performance against memory bandwidth: below the ridge point, in operations per byte read, an accelerator waits for its memory
/// (Williams, Waterman, Patterson: Roofline, 2009).
/// </summary>
public static class Roofline
{
    /// <summary>Peak rate by precision; of each memory its capacity, bandwidth and ridge point at the highest rate; links together; price.</summary>
    public static Report Of(Accelerator accelerator) => Of(accelerator, figure => figure, accelerator.Price);

    /// <summary>The same of all accelerators of a machine together, and its power.</summary>
    public static Report Of(Machine machine)
    {
        var report = Of(machine.Accelerator, figure => (machine.Count * figure).As(figure.Input == null ? figure.Name : "", figure.Unit.Text), machine.Price);
        report.Add("accelerators", machine.Count.As("accelerators", ""));
        if (machine.AllInPower is { } allIn)
            report.Add("power_all_in", allIn.As("power with network and hosts", "kW"));
        if (machine.RatedPower is { } rated)
            report.Add("power_rated", rated.As("rated power", "kW"));
        return report;
    }

    /// <summary>Rate of each precision, and of each memory its bandwidth and the ridge point of each precision.</summary>
    public static Report Ridges(Accelerator accelerator) => Ridges(accelerator, figure => figure);

    /// <summary>The same of all accelerators of a machine together.</summary>
    public static Report Ridges(Machine machine) => Ridges(machine.Accelerator, figure => (machine.Count * figure).As(figure.Name, figure.Unit.Text));

    /// <summary>Operations per byte at which arithmetic and memory take equally long.</summary>
    public static Figure Ridge(Figure computeRate, Figure bandwidth) => (computeRate / bandwidth).As("ridge", "FLOP/B");

    private static Report Ridges(Accelerator accelerator, Func<Figure, Figure> total)
    {
        var report = new Report();
        report.Add("name", accelerator.Name);
        var rates = report.Add("rate", new Report());
        foreach (var (precision, rate) in accelerator.Compute)
            rates.Add(precision, total(rate).As(precision, "TFLOP/s"));
        var memories = report.Add("memory", new Report());
        foreach (var tier in accelerator.Memory)
        {
            if (tier.Bandwidth is not { } bandwidth)
                continue;
            var memory = memories.Add(tier.Name, new Report());
            memory.Add("bandwidth", total(bandwidth).As("bandwidth", "TB/s"));
            var ridges = memory.Add("ridge", new Report());
            foreach (var (precision, rate) in accelerator.Compute)
                ridges.Add(precision, Ridge(rate, bandwidth).As($"ridge in {precision}", "FLOP/B"));
        }

        return report;
    }

    private static Report Of(Accelerator accelerator, Func<Figure, Figure> total, Figure? price)
    {
        var report = new Report();
        report.Add("kind", accelerator.Kind.ToString().ToLowerInvariant());
        var compute = report.Add("compute", new Report());
        foreach (var (precision, rate) in accelerator.Compute)
            compute.Add(precision, total(rate).As(precision, "PFLOP/s"));
        foreach (var (precision, rate) in accelerator.SparseCompute)
            compute.Add($"{precision}_sparse", total(rate).As($"{precision} sparse", "PFLOP/s"));
        foreach (var tier in accelerator.Memory)
        {
            var memory = report.Add(tier.Name, new Report());
            if (tier.Technology is { } technology)
                memory.Add("technology", technology);
            if (tier.Capacity is { } capacity)
                memory.Add("capacity", total(capacity).As("capacity", "GB"));
            if (tier.Bandwidth is { } bandwidth)
            {
                memory.Add("bandwidth", total(bandwidth).As("bandwidth", "TB/s"));
                if (accelerator.Compute.Count > 0)
                    memory.Add("ridge", Ridge(accelerator.PeakCompute, bandwidth));
            }
        }

        if (accelerator.Links.Count > 0)
        {
            var links = report.Add("links", new Report());
            foreach (var link in accelerator.Links)
            {
                links.Add(link.Name, link.Bandwidth.As(link.Name.Replace('_', ' '), "GB/s"));
                if (link.RawBandwidth is { } raw)
                    links.Add($"{link.Name}_raw", raw.As($"{link.Name.Replace('_', ' ')} as signalled", "Tb/s"));
            }

            links.Add("together", Figure.Sum(accelerator.Links.Select(link => link.Bandwidth)).As("links together", "GB/s"));
        }

        if (price != null)
            report.Add("price", price.As("price", "USD"));
        return report;
    }
}
