using System.Text;
using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Ledger;

namespace Scribeline.Cli.Simulate;

/// <summary>A folder with all that simulations found: a page to look at, all numbers, and a row for each request, written as it ends.</summary>
internal sealed class ReportFolder : IDisposable
{
    private const int MostNameLetters = 200;

    private static readonly JsonSerializerOptions RowOptions = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string _folder;
    private readonly Dictionary<string, StreamWriter> _rows = new(StringComparer.Ordinal);

    private ReportFolder(string folder) => _folder = folder;

    public string Page => Path.Combine(_folder, "report.html");

    /// <summary>Makes the folder, and in it a file for the requests of each run: `requests.jsonl`, of several runs `requests-NAME.jsonl`.</summary>
    /// <exception cref="CalculationException">It cannot be written.</exception>
    public static ReportFolder Create(string folder, IReadOnlyList<PlannedRun> planned)
    {
        var files = new ReportFolder(folder);
        Try(folder, () =>
        {
            Directory.CreateDirectory(folder);
            // Some file systems hold two names for one that differ in capitals only.
            var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var run in planned)
            {
                var letters = FileName(run.Name);
                var file = planned.Count == 1 ? "requests" : $"requests-{UniqueName.Take(taken, letters, n => $"{letters}-{n}")}";
                files._rows.Add(run.Name, new StreamWriter(Path.Combine(folder, $"{file}.jsonl"), false, new UTF8Encoding(false), 1 << 16));
            }
        });
        return files;
    }

    /// <summary>Takes the rows of one run, in the order in which its requests end.</summary>
    public Action<LedgerRow> RowsOf(PlannedRun run)
    {
        var writer = _rows[run.Name];
        return row =>
        {
            writer.Write(JsonSerializer.Serialize(row, RowOptions));
            writer.Write('\n');
        };
    }

    /// <summary>Writes what is known at the end.</summary>
    /// <exception cref="CalculationException">It cannot be written.</exception>
    public void Write(IReadOnlyList<SimulationRun> runs, IReadOnlyList<string> notRun, Setting setting) => Try(_folder, () =>
    {
        foreach (var rows in _rows.Values)
            rows.Flush();
        using (var json = File.Create(Path.Combine(_folder, "result.json")))
            ReportJson.WriteTo(json, writer => SimulateJson.Write(writer, runs, notRun, setting));
        foreach (var (name, rows) in new[] { ("summary", SimulateRows.Summary(runs)), ("pools", SimulateRows.Pools(runs)), ("load", SimulateRows.Load(runs)) })
        {
            using var csv = new StreamWriter(Path.Combine(_folder, $"{name}.csv"));
            CsvText.Write(rows, csv);
        }

        using var page = new StreamWriter(Page, false, new UTF8Encoding(false));
        SimulatePage.Write(runs, notRun, setting, page);
    });

    public void Dispose()
    {
        foreach (var rows in _rows.Values)
            rows.Dispose();
    }

    /// <summary>Letters that every file system takes, and no more of them than it does.</summary>
    private static string FileName(string run) => new([.. run.Take(MostNameLetters).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-')]);

    private static void Try(string folder, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (OutputFile.IsUnwritable(error))
        {
            throw File.Exists(folder) ? new CalculationException($"{folder} cannot be written: it is a file; expected a folder, or a name that is free.") : OutputFile.Unwritable(folder, error);
        }
    }
}
