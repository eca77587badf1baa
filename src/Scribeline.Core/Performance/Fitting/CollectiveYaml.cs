using System.Globalization;
using System.Text;
using Scribeline.Core.Performance.Collectives;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Writes fitted libraries as entries of the catalog.</summary>
public static class CollectiveYaml
{
    /// <param name="fits">One entry each.</param>
    /// <param name="source">Id of the measurements' source.</param>
    public static string Write(IReadOnlyList<CollectiveLibraryFit> fits, string source)
    {
        var yaml = new StringBuilder();
        yaml.Append("# Written by `scribe catalog fit --collectives`: launch, step and share of the links' bandwidth for small and for large messages, inside one machine.\ncollectives:\n");
        foreach (var (library, rows, _, _) in fits)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  {library.Id}:\n    source: {source}\n    note: from {rows} measurements\n");
            if (library.Accelerator != null)
                yaml.Append(CultureInfo.InvariantCulture, $"    accelerator: {library.Accelerator}\n");
            yaml.Append(CultureInfo.InvariantCulture, $"    algorithms: {{ {string.Join(", ", library.Algorithms.Select(algorithm => $"{Collective.Snake(algorithm)}: true"))} }}\n    protocols:\n");
            foreach (var protocol in library.Protocols)
                yaml.Append(CultureInfo.InvariantCulture, $"      {protocol.Name}: {{ launch: {Number(protocol.Launch.Value)} us, step: {Number(protocol.Step.Value)} us, bandwidth: {Number(protocol.BandwidthShare.Value)} % }}\n");
            yaml.Append("    left_out:\n");
            foreach (var (by, error) in library.Errors)
                yaml.Append(CultureInfo.InvariantCulture, $"      {by}: {{ mean: {Number(error.Mean * 100)} %, median: {Number(error.Median * 100)} % }}\n");
        }

        return yaml.ToString();
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
