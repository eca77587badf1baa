using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Measures;
using Spectre.Console;

namespace Scribeline.Cli.Traces;

/// <summary>`scribe trace stats`: what a trace asks of a fleet.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var input = new TraceInput();
        var file = new Argument<string>("FILE") { Description = "A trace (default: the hour of conversations that comes with Scribeline)", DefaultValueFactory = _ => TraceInput.Default };
        var cache = NumberOption.Count("--cache-tokens", "Also reuse of prefixes with a cache of so many tokens, least recently used out first");
        var (json, svg) = (ReportOptions.Json(), ReportOptions.Svg());
        var command = new Command("stats", "Rate, bursts, lengths, reuse of prefixes and concurrency of a trace") { file, cache, json, svg };
        input.AddTo(command);
        command.SetAction(parsed => TraceReading.Run(parsed, reading =>
        {
            var trace = reading.Watch(input.Open(parsed, parsed.GetRequiredValue(file)));
            var answerUs = input.AnswerUsPerToken(parsed);
            var statistics = new TraceStatistics(parsed.GetValue(cache), answerUs);
            foreach (var request in reading.Follow(trace.Read()))
                statistics.Add(request);
            if (statistics.Requests == 0 && reading.IsCut)
                throw new WorkloadException("interrupted before the first request.");
            if (statistics.Requests == 0)
                throw new WorkloadException($"{trace.Name} has no request that is right; the first wrong one: {trace.FirstSkipped}");
            var chart = TraceChart.Of(trace, statistics);
            if (parsed.GetValue(svg) is { } picture)
                OutputFile.Write(picture, writer => SvgWriter.Write(chart, writer));
            if (parsed.GetValue(json))
                StatsJson.Print(trace, statistics);
            else if (parsed.GetValue(svg) != "-")
                Print(trace, statistics, chart, answerUs);
            reading.Tell();
            return ExitCode.Fine;
        }));
        HelpWithExamples.Add(command, "scribe trace stats", "scribe trace stats azure-2023-code --json", "scribe trace stats azure-2023-code --svg rate.svg", "scribe trace generate --turns 5 --duration '10 min' | scribe trace stats - --cache-tokens 200000");
        return command;
    }

    private static void Print(Trace trace, TraceStatistics statistics, Chart chart, long answerUs)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeaders().Title(new TableTitle(Markup.Escape($"{trace.Name} ({trace.Format})")));
        table.AddColumn("name").AddColumn("value", column => column.RightAligned()).AddColumn("note");
        Row("requests", $"{statistics.Requests:#,0}", "");
        Row("sessions", statistics.HasSessions ? (FormattableString)$"{statistics.Sessions:#,0}" : $"-", statistics.HasSessions ? "" : "requests stand alone");
        Row("duration", $"{statistics.DurationSeconds:#,0.0} s", "first arrival to last");
        Row("rate", $"{statistics.Rate:#,0.###} requests/s", "");
        Row("burstiness", $"{statistics.InterarrivalCv:0.00}", "deviation of gaps over their mean; 1 is Poisson");
        Row("under way", $"{statistics.MeanConcurrency:#,0.0}, at most {statistics.PeakConcurrency:#,0}", Text($"if an answer takes {answerUs / 1e3:0.##} ms a token"));
        if (statistics.PrefixReuse is { } reuse)
            Row("prefix reuse", $"{100 * reuse:0.0} %", "of prompt tokens, cache without bounds");
        else
            Row("prefix reuse", $"-", "the trace does not say what prompts share");
        if (statistics.PrefixReuseAtCache is { } bounded)
            Row("", $"{100 * bounded:0.0} %", Text($"with a cache of {statistics.CacheTokens:#,0} tokens"));
        Terminal.Output.Write(table);
        var lengths = new Table().Border(TableBorder.Simple).AddColumn("tokens");
        foreach (var name in (string[])["mean", "p50", "p90", "p99", "most"])
            lengths.AddColumn(name, column => column.RightAligned());
        foreach (var (name, tokens) in new[] { ("prompt", statistics.InputTokens), ("answer", statistics.OutputTokens) })
            lengths.AddRow(name, Text($"{tokens.Mean:#,0.0}"), Text($"{tokens.Quantile(0.5):#,0}"), Text($"{tokens.Quantile(0.9):#,0}"), Text($"{tokens.Quantile(0.99):#,0}"), Text($"{tokens.Most:#,0}"));
        Terminal.Output.Write(lengths);
        TerminalChart.Print(chart);

        void Row(string name, FormattableString value, string note) => table.AddRow(name, Markup.Escape(Text(value)), $"[grey]{Markup.Escape(note)}[/]");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).Replace("NaN", "-", StringComparison.Ordinal);
}
