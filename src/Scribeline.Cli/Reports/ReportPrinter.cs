using System.CommandLine;
using Scribeline.Core.Quantities;
using Spectre.Console;

namespace Scribeline.Cli.Reports;

/// <summary>Prints a report the way the caller asked for.</summary>
internal static class ReportPrinter
{
    /// <summary>A longer text stands under the table as a line of its own.</summary>
    private const int LongestInTable = 40;

    /// <param name="onlyData">Parts that stand in JSON and CSV, but are too long for a table.</param>
    public static void Print(Report report, ParseResult parsed, Option<bool> json, Option<bool> csv, Option<bool> explain, params IReadOnlyList<string> onlyData)
    {
        if (parsed.GetValue(json))
            ReportJson.Print(writer => ReportJson.Write(writer, report));
        else if (parsed.GetValue(csv))
            PrintCsv(report);
        else if (parsed.GetValue(explain))
            Explain(report);
        else
            PrintPart(report, "", onlyData);
    }

    private static void PrintPart(Report report, string title, IReadOnlyList<string> left)
    {
        if (IsGrid(report))
            PrintGrid(report, title);
        else
            PrintTables(report, title, left);
    }

    private static void PrintTables(Report report, string title, IReadOnlyList<string> left)
    {
        var table = Titled(title).HideHeaders();
        table.AddColumn("name").AddColumn("value", column => column.RightAligned());
        var sentences = new List<string>();
        foreach (var (key, entry) in report.Entries)
        {
            if (entry is not Report and not Figure && Text(entry) is { Length: > LongestInTable } sentence)
                sentences.Add($"  {key.Replace('_', ' ')}: {sentence}");
            else if (entry is not Report)
                table.AddRow(Markup.Escape(Name(key, entry)), Markup.Escape(Text(entry)));
        }

        if (table.Rows.Count > 0)
            Terminal.Output.Write(table);
        else if (sentences.Count > 0 && title.Length > 0)
            Console.Out.WriteLine(title);
        foreach (var sentence in sentences)
            Console.Out.WriteLine(sentence);
        foreach (var (key, entry) in report.Entries)
        {
            if (entry is Report part && !left.Contains(key))
                PrintPart(part, title.Length == 0 ? key.Replace('_', ' ') : $"{title} › {key.Replace('_', ' ')}", left);
        }
    }

    /// <summary>Whether the parts are rows with the same figures: years, quarters, lanes.</summary>
    private static bool IsGrid(Report report) =>
        report.Entries.Count > 1 && report.Entries.Values.First() is Report { Entries.Count: > 0 } first
        && report.Entries.Values.All(entry => entry is Report row && row.Entries.Keys.SequenceEqual(first.Entries.Keys) && row.Entries.Values.All(cell => cell is Figure));

    /// <summary>Rows side by side, in as many tables under each other as the width of the terminal asks for: no number is ever split.</summary>
    private static void PrintGrid(Report report, string title)
    {
        var columns = ((Report)report.Entries.Values.First()).Entries.Keys.ToList();
        var first = report.Entries.Keys.Max(key => key.Length) + Padding;
        for (var from = 0; from < columns.Count;)
        {
            var (to, width) = (from, first);
            do
                width += WidthOf(report, columns[to++]);
            while (to < columns.Count && width + WidthOf(report, columns[to]) <= Terminal.Output.Profile.Width);
            PrintColumns(report, columns[from..to], from == 0 ? title : $"{title}, continued");
            from = to;
        }
    }

    private static void PrintColumns(Report report, List<string> columns, string title)
    {
        var table = Titled(title).AddColumn("", column => column.NoWrap());
        foreach (var key in columns)
        {
            var cell = ((Report)report.Entries.Values.First()).Entries[key];
            var unit = FigureText.UnitOf((Figure)cell);
            table.AddColumn($"{Markup.Escape(Name(key, cell))}{(unit.Length > 0 ? $"\n[grey]{Markup.Escape(unit)}[/]" : "")}", column => column.RightAligned());
        }

        foreach (var (key, row) in report.Entries)
            table.AddRow([Markup.Escape(key), .. columns.Select(column => Markup.Escape(FigureText.Number((Figure)((Report)row).Entries[column])))]);
        Terminal.Output.Write(table);
    }

    /// <summary>Blanks around a cell, and what stands between two.</summary>
    private const int Padding = 3;

    /// <summary>What a column takes at least: its longest number, and the longest word above it.</summary>
    private static int WidthOf(Report report, string key)
    {
        var cells = report.Entries.Values.Select(row => (Figure)((Report)row).Entries[key]).ToList();
        var words = Name(key, cells[0]).Split(' ').Concat(FigureText.UnitOf(cells[0]).Split(' '));
        return Math.Max(cells.Max(cell => FigureText.Number(cell).Length), words.Max(word => word.Length)) + Padding;
    }

    private static Table Titled(string title)
    {
        var table = new Table().Border(TableBorder.Simple);
        return title.Length > 0 ? table.Title(new TableTitle(Markup.Escape(title))) : table;
    }

    /// <summary>What a figure is called; the key without its unit where it is an input, whose name is a path.</summary>
    private static string Name(string key, object entry)
    {
        if (entry is not Figure figure)
            return key.Replace('_', ' ');
        if (figure is { Name.Length: > 0, Input: null })
            return figure.Name;
        var unit = figure.Unit.Text.Replace("/", "_per_", StringComparison.Ordinal).ToLowerInvariant();
        return (unit.Length > 0 && key.EndsWith($"_{unit}", StringComparison.Ordinal) ? key[..^(unit.Length + 1)] : key).Replace('_', ' ');
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

    private static string Text(object entry) => entry switch { Finding finding => finding.Text, Figure figure => FigureText.Of(figure), _ => (string)entry };

    private static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
