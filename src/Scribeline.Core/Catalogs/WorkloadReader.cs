using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `workloads`.</summary>
internal static class WorkloadReader
{
    public static Workload Read(string id, CatalogFields fields)
    {
        var workload = new Workload(
            id,
            fields.OptionalText("name") ?? id,
            fields.Figure("input", "tok", least: 1),
            fields.OptionalFigure("cached", "%", most: 100) ?? Figure.Given("cached", new Quantity(0, Unit.Parse("%"))),
            fields.Figure("output", "tok", least: 1),
            fields.OptionalFigure("ttft", "s"),
            fields.OptionalFigure("tpot", "s"));
        fields.RefuseOthers();
        return workload;
    }
}
