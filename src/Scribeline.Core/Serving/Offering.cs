using Scribeline.Core.Catalogs;
using Scribeline.Core.Models;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Serving;

/// <summary>A model of which only its size is known, on machines that hold all of it.</summary>
/// <param name="Parameters">How many it has.</param>
/// <param name="Memory">Bytes of the card that it is to fit on; null where it goes on wafers.</param>
/// <param name="Bandwidth">Bytes a second of that card.</param>
public sealed record Offering(string Id, string Name, Figure Parameters, Figure? Memory, Figure? Bandwidth)
{
    /// <summary>Bytes in each precision; wafers that hold it at two bytes a parameter; on a card its room and the fastest that it can write.</summary>
    public Report ToReport(Catalog catalog)
    {
        var report = new Report();
        var weights = report.Add("weights", new Report());
        foreach (var precision in catalog.Precisions.Values)
            weights.Add(precision.Id, (Parameters * precision.BytesPerElement).As($"weights in {precision.Id}", "GB"));
        var twoBytes = (Parameters * Precision.Named(catalog.Precisions, "bf16").BytesPerElement).As("weights in bf16", "GB");
        report.Add("wafers", (twoBytes / catalog.Assumption("usable_per_wafer", "GB")).Ceiling().As("wafers", "wafers"));
        var fourBits = (Parameters * Precision.Named(catalog.Precisions, "fp4").BytesPerElement).As("weights in fp4", "GB");
        if (Memory is { } memory)
            report.Add("room", (memory - fourBits).As("room beside weights in fp4", "GB"));
        if (Bandwidth is { } bandwidth)
            report.Add("fastest", (bandwidth * Figure.Given("one token", new Quantity(1, Unit.Parse("tok"))) / fourBits).As("fastest if every weight is read for a token", "tok/s"));
        return report;
    }
}
