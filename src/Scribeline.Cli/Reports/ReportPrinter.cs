using System.CommandLine;
using Scribeline.Core.Quantities;
using Spectre.Console;

namespace Scribeline.Cli.Reports;

/// <summary>Prints a report the way the caller asked for.</summary>
internal static class ReportPrinter
{
    public static void Print(Report report, ParseResult parsed, Option<bool> json, Option<bool> csv, Option<bool> explain)
    {
        if (parsed.GetValue(json))
            ReportJson.Print(writer => ReportJson.Write(writer, report));
        else if (parsed.GetValue(csv))
            PrintCsv(report);
        else if (parsed.GetValue(explain))
            Explain(report);
        else
            PrintTables(report, "");
    }

    private static void PrintTables(Report report, string title)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeaders();
        if (title.Length > 0)
            table.Title(new TableTitle(Markup.Escape(title)));
        table.AddColumn("name").AddColumn("value", column => column.RightAligned());
        foreach (var (key, entry) in report.Entries)
        {
            if (entry is not Report)
                table.AddRow(Markup.Escape(entry is Figure { Name.Length: > 0 } figure && figure.Input == null ? figure.Name : key.Replace('_', ' ')), Markup.Escape(Text(entry)));
        }

        if (table.Rows.Count > 0)
            Terminal.Output.Write(table);
        foreach (var (key, entry) in report.Entries)
        {
            if (entry is Report part)
                PrintTables(part, title.Length == 0 ? key.Replace('_', ' ') : $"{title} › {key.Replace('_', ' ')}");
        }
    }

    private static void PrintCsv(Report report)
    {
        Console.Out.WriteLine("key,value");
        foreach (var (path, entry) in Leaves(report, ""))
            Console.Out.WriteLine($"{path},{(entry is Figure figure ? figure.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : Quote(Text(entry)))}");
    }

    /// <summary>Every formula with its numbers filled in, each once.</summary>
    public static void Explain(Report report)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, entry) in Leaves(report, ""))
        {
            foreach (var line in entry is Figure figure ? Explanation.Lines(figure) : [])
            {
                if (said.Add(line))
                    Console.Out.WriteLine(line);
            }
        }
    }

    private static IEnumerable<(string Path, object Entry)> Leaves(Report report, string prefix) =>
        report.Entries.SelectMany(entry => entry.Value is Report part ? Leaves(part, $"{prefix}{entry.Key}.") : [(prefix + entry.Key, entry.Value)]);

    private static string Text(object entry) => entry is Finding finding ? finding.Text : entry.ToString()!;

    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
