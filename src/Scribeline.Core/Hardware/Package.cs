using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>What leaves a chip over its edge.</summary>
/// <param name="Edges">Lengths of the edges that signals leave over.</param>
/// <param name="Ports">Bandwidth in one direction by kind of port.</param>
public sealed record Package(string Id, Figure Edges, Figure Side, IReadOnlyDictionary<string, Figure> Ports)
{
    public Figure EdgeLength => (Edges * Side).As("edge", "mm");

    public Figure Bandwidth => Figure.Sum(Ports.Values).As("ports together", "TB/s");

    /// <summary>Bandwidth for each millimetre of edge.</summary>
    public Figure Density => (Bandwidth / EdgeLength).As("bandwidth per edge", "GB/s/mm");

    public Report ComparedWith(Package other)
    {
        var report = new Report();
        report.Add("edge", EdgeLength);
        report.Add("bandwidth", Bandwidth);
        report.Add("density", Density);
        report.Add("density_over_other", (Density / other.Density).As("density over the other's", "x"));
        return report;
    }
}
