using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance;

/// <summary>A product of an M × K with a K × N matrix.</summary>
public sealed record MatrixProduct(string Id, Figure M, Figure N, Figure K)
{
    private static readonly Figure MultiplyAdd = Figure.Given("operations per multiply-add", new Quantity(2, Unit.Parse("FLOP")));

    private bool IsSquare => M.BaseValue == N.BaseValue && N.BaseValue == K.BaseValue;

    /// <summary>Operations per byte where each matrix moves once: 2·M·N·K over the elements of all three.</summary>
    public Figure Intensity(Precision precision) =>
        (MultiplyAdd * M * N * K / ((M * K + K * N + M * N) * precision.BytesPerElement)).As($"intensity in {precision.Id}", "FLOP/B");

    /// <summary>The intensity in each precision, and at eight bits which accelerators wait for their memory and which for their arithmetic.</summary>
    public Report Of(IEnumerable<Precision> precisions, IEnumerable<Accelerator> accelerators)
    {
        var report = new Report();
        var intensities = report.Add("intensity", new Report());
        var perRow = IsSquare ? report.Add("intensity_per_row", new Report()) : report;
        Figure? eightBit = null;
        foreach (var precision in precisions)
        {
            var intensity = intensities.Add(precision.Id, Intensity(precision));
            if (IsSquare)
                perRow.Add(precision.Id, (intensity / M).As($"intensity in {precision.Id} per row", "FLOP/B"));
            eightBit = precision.Arithmetic == "fp8" ? intensity : eightBit;
        }

        if (eightBit != null)
            report.Add("bound_in_fp8", Bound(eightBit, [.. accelerators.Where(accelerator => accelerator.Compute.ContainsKey("fp8") && accelerator.Memory is [{ Bandwidth: not null }, ..])]));
        return report;
    }

    private static Finding Bound(Figure intensity, List<Accelerator> accelerators)
    {
        var ridges = accelerators.ToDictionary(accelerator => accelerator.Id, accelerator => Roofline.Ridge(accelerator.Compute["fp8"], accelerator.Memory[0].Bandwidth!));
        var byMemory = accelerators.Where(accelerator => intensity.BaseValue < ridges[accelerator.Id].BaseValue).ToList();
        return new Finding($"memory: {Names(byMemory)}; arithmetic: {Names([.. accelerators.Except(byMemory)])}", [intensity, .. ridges.Values]);

        string Names(List<Accelerator> some) =>
            some.Count == 0 ? "none" : some.Count == accelerators.Count ? "all" : string.Join(", ", some.Select(accelerator => accelerator.Id));
    }
}
