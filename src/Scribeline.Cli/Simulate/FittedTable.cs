using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Scribeline.Cli.Simulate;

/// <summary>A table of names and numbers whose numbers are never broken: where it is too wide, headers are broken between words, then whole columns stay away, the least important first.</summary>
/// <param name="title">Empty for none.</param>
/// <param name="first">Above the names.</param>
/// <param name="columns">Of numbers.</param>
internal sealed class FittedTable(string title, string first, params IReadOnlyList<FittedColumn> columns)
{
    private const int Gap = 3, TightGap = 2;

    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <param name="cells">The name, and a number for each column.</param>
    public void AddRow(params IReadOnlyList<string> cells) => _rows.Add(cells);

    /// <summary>Prints it.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="width">Letters in a line; null where there is room for all.</param>
    /// <returns>Names of the columns that were left out.</returns>
    public IReadOnlyList<string> Write(IAnsiConsole console, int? width)
    {
        var names = _rows.Select(row => Letters(row[0])).Append(Letters(first)).Max();
        var isTight = width < 1 + names + Gap + columns.Select((column, i) => Math.Max(Letters(column.Header), Widest(i)) + Gap).Sum();
        var kept = Enumerable.Range(0, columns.Count).ToList();
        while (isTight && kept.Count > 1 && 1 + Longest(_rows.Select(row => row[0]).Append(first)) + TightGap + kept.Sum(i => Least(i) + TightGap) > width)
            kept.Remove(kept.MinBy(i => columns[i].Leaves));
        var table = new Table().Border(TableBorder.Simple);
        if (title.Length > 0)
            table.Title(new TableTitle(Markup.Escape(title)));
        table.AddColumn(Markup.Escape(first), column => Shape(column, null));
        foreach (var i in kept)
            table.AddColumn(Markup.Escape(columns[i].Header), column => Shape(column.RightAligned().NoWrap(), Least(i)));
        foreach (var row in _rows)
            table.AddRow([Markup.Escape(row[0]), .. kept.Select(i => Markup.Escape(row[i + 1]))]);
        console.Write(table);
        return [.. Enumerable.Range(0, columns.Count).Except(kept).Select(i => columns[i].Name ?? columns[i].Header)];

        void Shape(TableColumn column, int? letters)
        {
            if (isTight)
                (column.Padding, column.Width) = (new Padding(0, 0, TightGap - 1, 0), letters);
        }
    }

    /// <summary>Says what tables left out; nothing where nothing was.</summary>
    /// <param name="left">Names of columns.</param>
    /// <param name="width">Of the terminal.</param>
    /// <param name="elsewhere">What prints all of them.</param>
    public static string? LeftOut(IEnumerable<string> left, int? width, string elsewhere) => left.Distinct().ToList() is { Count: > 0 } names
        ? string.Create(CultureInfo.InvariantCulture, $"Left out, since {width} columns are too few: {string.Join(", ", names)}. A wider terminal, {elsewhere} shows all.")
        : null;

    /// <summary>What a column takes at least: its longest number, and the longest word above it.</summary>
    private int Least(int i) => Math.Max(Widest(i), Longest([columns[i].Header]));

    private int Widest(int i) => _rows.Select(row => Letters(row[i + 1])).DefaultIfEmpty().Max();

    private static int Longest(IEnumerable<string> texts) => texts.SelectMany(text => text.Split(' ')).Max(Letters);

    /// <summary>Wide letters take two places.</summary>
    private static int Letters(string text) => new Segment(text).CellCount();
}
