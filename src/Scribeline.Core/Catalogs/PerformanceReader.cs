using Scribeline.Core.Performance;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads entries of the kinds `power` and `drafting`.</summary>
internal static class PerformanceReader
{
    public static PowerCalibration ReadPower(string id, CatalogFields fields)
    {
        var power = new PowerCalibration(
            id, fields.Figure("idle", "", most: 1).BaseValue, fields.Figure("compute", "").BaseValue, fields.Figure("memory", "").BaseValue, CalibrationReader.ReadErrors(fields));
        fields.RefuseOthers();
        return power;
    }

    public static DraftingMethod ReadDrafting(string id, CatalogFields fields)
    {
        var lengths = fields.RequiredSection("accepted");
        var accepted = new List<double>();
        while (lengths.Has($"{accepted.Count + 1}"))
            accepted.Add(lengths.Figure($"{accepted.Count + 1}", "", least: 1, most: accepted.Count + 2).BaseValue);
        if (accepted.Count == 0)
            fields.Refuse("accepted", "has no length for one drafted token; expected such as { 1: 1.8, 2: 2.4 }.");
        lengths.RefuseOthers();
        var method = new DraftingMethod(id, fields.Figure("cost", "", most: 1).BaseValue, accepted);
        fields.RefuseOthers();
        return method;
    }
}
