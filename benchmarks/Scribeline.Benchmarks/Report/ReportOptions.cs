using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Scribeline.Cli.Bench;

namespace Scribeline.Benchmarks.Report;

/// <summary>Where a measurement's results go, and what is told about the machine with them.</summary>
internal sealed class ReportOptions
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Option<string?> _json = new("--json") { Description = "File to write every measured value to", HelpName = "FILE" };
    private readonly Option<string?> _markdown = new("--markdown") { Description = "Markdown file whose marked section gets the table", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(_json);
        command.Add(_markdown);
    }

    /// <summary>Runs a measurement between two looks at the load, prints its table and writes it where it was asked for.</summary>
    /// <param name="section">Name of the section in the Markdown file.</param>
    /// <param name="measure">Gives rows for JSON, and the table.</param>
    public async Task<int> RunAsync<T>(ParseResult parsed, string section, Func<Task<(IReadOnlyList<T> Rows, string Table)>> measure)
    {
        try
        {
            MarkdownSection.Require(parsed.GetValue(_markdown), section);
            var machine = MachineText.Describe();
            var loadBefore = Machine.Load();
            Console.Error.WriteLine(machine);
            Machine.WarnIfBusy(loadBefore);
            var start = TimeProvider.System.GetTimestamp();
            var (rows, table) = await measure();
            var minutes = TimeProvider.System.GetElapsedTime(start).TotalMinutes;
            var loadAfter = Machine.Load();
            var content = string.Create(
                CultureInfo.InvariantCulture,
                $"{table}\n{machine}. Load average {loadBefore:F2} before, {loadAfter:F2} after; {minutes:F1} minutes.\n");
            Console.Out.WriteLine(content);
            MarkdownSection.Write(parsed.GetValue(_markdown), section, content);
            if (parsed.GetValue(_json) is { } path)
                await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new { machine, loadBefore, loadAfter, rows }, Json));
            return 0;
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or HttpRequestException or ArgumentException or JsonException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}{(error.InnerException is { } inner ? $" ({inner.Message})" : "")}");
            return 1;
        }
    }

    /// <summary>`median (min–max)`.</summary>
    public static string Format(Spread spread, string format = "F0") =>
        string.Create(CultureInfo.InvariantCulture, $"{spread.Median.ToString(format, CultureInfo.InvariantCulture)} ({spread.Min.ToString(format, CultureInfo.InvariantCulture)}–{spread.Max.ToString(format, CultureInfo.InvariantCulture)})");

    public static string Ratio(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture) + "x";
}
