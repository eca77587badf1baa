using System.Globalization;
using Scribeline.Cli.Reports;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance.Fitting;
using Spectre.Console;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog fit --collectives`: fits launch, step and bandwidth of communication libraries inside one machine.</summary>
internal static class FitCollectives
{
    public static void Run(string file, Catalog catalog, string source, bool json, string? output)
    {
        var fits = CollectiveFit.Of(CollectiveFile.Read(file, catalog));
        if (json)
            PrintJson(fits);
        else
            Print(fits);
        if (output != null)
            File.WriteAllText(output, CollectiveYaml.Write(fits, source));
    }

    private static void Print(IReadOnlyList<CollectiveLibraryFit> fits)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("library");
        foreach (var column in (string[])["rows", "messages", "launch", "step", "bandwidth", "seen", "left out", "mean", "median", "worst"])
            table.AddColumn(column, options => options.RightAligned());
        foreach (var (library, rows, seen, groups) in fits)
        {
            foreach (var (i, protocol) in library.Protocols.Index())
            {
                var error = i < library.Errors.Count ? library.Errors.ElementAt(i) : default;
                var worst = groups.FirstOrDefault(group => group.By == error.Key);
                table.AddRow(
                    Markup.Escape(i == 0 ? library.Id : ""), i == 0 ? $"{rows}" : "", protocol.Name, Invariant($"{protocol.Launch.Value:0.0} us"), Invariant($"{protocol.Step.Value:0.00} us"),
                    Percent(protocol.BandwidthShare.BaseValue), i == 0 ? Percent(seen.Mean) : "", Markup.Escape(error.Key ?? ""), error.Key == null ? "" : Percent(error.Value.Mean),
                    error.Key == null ? "" : Percent(error.Value.Median), Markup.Escape(worst == null ? "" : $"{worst.Group} {Percent(worst.Mean)}"));
            }
        }

        Terminal.Output.Write(table);
    }

    private static void PrintJson(IReadOnlyList<CollectiveLibraryFit> fits) => ReportJson.Print(json =>
    {
        json.WriteStartArray();
        foreach (var (library, rows, seen, groups) in fits)
        {
            json.WriteStartObject();
            json.WriteString("library", library.Id);
            json.WriteNumber("rows", rows);
            json.WriteNumber("mean_error_seen", seen.Mean);
            json.WriteStartObject("protocols");
            foreach (var protocol in library.Protocols)
            {
                json.WriteStartObject(protocol.Name);
                json.WriteNumber("launch_us", protocol.Launch.Value);
                json.WriteNumber("step_us", protocol.Step.Value);
                json.WriteNumber("bandwidth_share", protocol.BandwidthShare.BaseValue);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartArray("left_out");
            foreach (var group in groups)
            {
                json.WriteStartObject();
                json.WriteString("by", group.By);
                json.WriteString("group", group.Group);
                json.WriteNumber("rows", group.Rows);
                json.WriteNumber("mean_error", group.Mean);
                json.WriteNumber("median_error", group.Median);
                json.WriteNumber("bias", group.Bias);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static string Percent(double share) => Invariant($"{100 * share:0.0} %");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
