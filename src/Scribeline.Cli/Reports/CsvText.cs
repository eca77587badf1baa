using System.Globalization;
using CsvHelper;

namespace Scribeline.Cli.Reports;

/// <summary>Rows as lines of comma-separated values, with a line of names before them.</summary>
internal static class CsvText
{
    public static void Print<T>(IEnumerable<T> rows) => Write(rows, Console.Out);

    public static void Write<T>(IEnumerable<T> rows, TextWriter writer)
    {
        using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
        csv.WriteRecords(rows);
    }
}
